with

-- 腾讯(深圳)科技有限公司: a region in brackets stands anywhere.
bracket as (
    select
        company,
        normalised,
        name as written_name,
        regexp_match(normalised, '\(([^()]+)\)')[1] as bracket,
        registration_code
    from identity.company_spellings
    where is_han
),

local as (
    select
        *,
        case when bracket = longest_prefix(bracket, (
            select string_agg(word, '|') from reference.china_regions
        )) then bracket end as local_region
    from bracket
),

whole as (
    select
        *,
        case when local_region is null then written_name
            else replace(written_name, local_region, '') end as name
    from local
),

-- 腾讯计算机系统有限公司北京分公司: a branch stands behind the company it belongs to.
branches as (
    select
        *,
        regexp_match(
            name,
            '^(.+(?:公司|集团|银行|合伙企业|合伙|独资企业|事务所))(.*(?:' || (
                select string_agg(word, '|') from reference.company_affixes where kind = 'branch'
            ) || '))$'
        ) as of_branch,
        longest_suffix(name, (
            select string_agg(word, '|') from reference.company_affixes where kind = 'branch'
        )) as branch_word
    from whole
),

head as (
    select
        *,
        coalesce(of_branch[2], branch_word) as branch,
        coalesce(
            of_branch[1], left(name, length(name) - length(coalesce(branch_word, '')))
        ) as head
    from branches
),

formed as (
    select
        *,
        longest_suffix(head, (
            select string_agg(word, '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as legal_form
    from head
),

grouped as (
    select
        *,
        left(head, length(head) - length(coalesce(legal_form, ''))) as formless,
        longest_suffix(left(head, length(head) - length(coalesce(legal_form, ''))), (
            select string_agg(word, '|') from reference.company_affixes where kind = 'group'
        )) as company_group
    from formed
),

-- A province may stand before its city, and a city before its new area.
province as (
    select
        *,
        left(formless, length(formless) - length(coalesce(company_group, ''))) as placed,
        longest_prefix(
            left(formless, length(formless) - length(coalesce(company_group, ''))),
            (select string_agg(word, '|') from reference.china_regions)
        ) as first_region
    from grouped
),

city as (
    select
        *,
        longest_prefix(
            substr(placed, length(coalesce(first_region, '')) + 1),
            (select string_agg(word, '|') from reference.china_regions)
        ) as second_region
    from province
),

new_area as (
    select
        *,
        concat(first_region, second_region, longest_prefix(
            substr(placed, length(concat(first_region, second_region)) + 1),
            (select string_agg(word, '|') from reference.china_regions where kind = 'new_area')
        )) as place
    from city
),

placed as (
    select
        *,
        nullif(
            substr(place, length(concat(first_region, second_region)) + 1), ''
        ) as third_region,
        case when length(placed) - length(place) >= 2 then substr(placed, length(place) + 1)
            else placed end as business
    from new_area
),

industry as (
    select
        *,
        longest_suffix(business, (
            select string_agg(word, '|') from reference.company_affixes where kind = 'industry'
        )) as last_industry
    from placed
),

industries as (
    select
        *,
        longest_suffix(left(business, length(business) - length(coalesce(last_industry, ''))), (
            select string_agg(word, '|') from reference.company_affixes where kind = 'industry'
        )) as first_industry
    from industry
),

-- Where region and industry are all, they are the name: 北京银行.
parts as (
    select
        company,
        normalised,
        case
            when business = last_industry then placed
            when length(business) - length(concat(first_industry, last_industry)) >= 2
                then left(
                    business, length(business) - length(concat(first_industry, last_industry))
                )
            when length(business) - length(last_industry) >= 2
                then left(business, length(business) - length(last_industry))
            else business
        end as core,
        coalesce(third_region, second_region, first_region, local_region) as region_word,
        first_region,
        nullif(concat(
            case when length(business) - length(concat(first_industry, last_industry)) >= 2
                then first_industry end,
            last_industry
        ), '') as industry,
        nullif(concat(company_group, legal_form), '') as legal_form,
        branch,
        registration_code
    from industries
),

-- 招商银行 and 招商证券 are two, 中国移动 and 移动 too: what makes a name one of its kind stays in
-- the key. A name that is allowed to begin with its country is known by it; 工商银行 is not.
keyed as (
    select
        parts.*,
        case
            when parts.industry like '%银行' and parts.core not like '%银行'
                then concat(parts.core, parts.industry)
            when countries.kind = 'country' and not starts_with(parts.core, parts.first_region)
                then concat(parts.first_region, parts.core)
            else parts.core
        end as written_key
    from parts
    left join reference.china_regions as countries on parts.first_region = countries.word
),

named as (
    select
        parts.company,
        parts.normalised,
        nullif(parts.core, '') as core,
        regions.region,
        parts.industry,
        parts.legal_form,
        parts.branch,
        parts.registration_code,
        case when placeholders.word is null and length(parts.core) > 1
            then parts.written_key end as company_key,
        placeholders.word is not null or coalesce(length(parts.core), 0) < 2 as is_placeholder
    from keyed as parts
    left join reference.placeholders as placeholders on parts.core = placeholders.word
    left join reference.china_regions as regions on parts.region_word = regions.word
)

select * from named
