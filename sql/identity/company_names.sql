with

latin as (
    select
        *,
        longest_prefix(name, (
            select string_agg(concat(word, ' '), '|') from reference.company_affixes
            where kind = 'article'
        )) as article
    from identity.company_spellings
    where not is_han
),

latin_whole as (
    select
        *,
        substr(name, length(coalesce(article, '')) + 1) as whole
    from latin
),

-- Twice: forms come in pairs that no list has, as in gmbh co kg.
latin_first as (
    select
        *,
        longest_suffix(whole, (
            select string_agg(concat(' ', word), '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as last_form
    from latin_whole
),

latin_rest as (
    select
        *,
        regexp_replace(
            left(whole, length(whole) - length(coalesce(last_form, ''))), ' and$', ''
        ) as rest
    from latin_first
),

latin_second as (
    select
        *,
        longest_suffix(rest, (
            select string_agg(concat(' ', word), '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as first_form
    from latin_rest
),

latin_parts as (
    select
        company,
        normalised,
        regexp_replace(
            left(rest, length(rest) - length(coalesce(first_form, ''))), ' and$', ''
        ) as core,
        cast(null as text) as region_word,
        cast(null as text) as industry,
        nullif(btrim(concat(first_form, last_form)), '') as legal_form,
        cast(null as text) as branch,
        registration_code,
        is_han
    from latin_second
),

-- 腾讯(深圳)科技有限公司: a region in brackets stands anywhere.
han_bracket as (
    select
        company,
        normalised,
        name as written_name,
        regexp_match(normalised, '\(([^()]+)\)')[1] as bracket,
        registration_code,
        is_han
    from identity.company_spellings
    where is_han
),

han_local as (
    select
        *,
        case when bracket = longest_prefix(bracket, (
            select string_agg(word, '|') from reference.china_regions
        )) then bracket end as local_region
    from han_bracket
),

han_whole as (
    select
        *,
        case when local_region is null then written_name
            else replace(written_name, local_region, '') end as name
    from han_local
),

-- 腾讯计算机系统有限公司北京分公司: a branch stands behind the company it belongs to.
han as (
    select
        *,
        regexp_match(
            name,
            '^(.+(?:公司|集团|银行|合伙))(.*(?:' || (
                select string_agg(word, '|') from reference.company_affixes where kind = 'branch'
            ) || '))$'
        ) as of_branch,
        longest_suffix(name, (
            select string_agg(word, '|') from reference.company_affixes where kind = 'branch'
        )) as branch_word
    from han_whole
),

han_head as (
    select
        *,
        coalesce(of_branch[2], branch_word) as branch,
        coalesce(
            of_branch[1], left(name, length(name) - length(coalesce(branch_word, '')))
        ) as head
    from han
),

han_formed as (
    select
        *,
        longest_suffix(head, (
            select string_agg(word, '|') from reference.company_affixes
            where kind = 'legal_form'
        )) as legal_form
    from han_head
),

han_grouped as (
    select
        *,
        left(head, length(head) - length(coalesce(legal_form, ''))) as formless,
        longest_suffix(left(head, length(head) - length(coalesce(legal_form, ''))), (
            select string_agg(word, '|') from reference.company_affixes where kind = 'group'
        )) as company_group
    from han_formed
),

-- A province may stand before its city.
han_province as (
    select
        *,
        left(formless, length(formless) - length(coalesce(company_group, ''))) as placed,
        longest_prefix(
            left(formless, length(formless) - length(coalesce(company_group, ''))),
            (select string_agg(word, '|') from reference.china_regions)
        ) as first_region
    from han_grouped
),

han_city as (
    select
        *,
        longest_prefix(
            substr(placed, length(coalesce(first_region, '')) + 1),
            (select string_agg(word, '|') from reference.china_regions)
        ) as second_region
    from han_province
),

han_placed as (
    select
        *,
        case
            when length(placed) - length(concat(first_region, second_region)) >= 2
                then substr(placed, length(concat(first_region, second_region)) + 1)
            else placed
        end as business
    from han_city
),

han_industry as (
    select
        *,
        longest_suffix(business, (
            select string_agg(word, '|') from reference.company_affixes where kind = 'industry'
        )) as last_industry
    from han_placed
),

han_industries as (
    select
        *,
        longest_suffix(left(business, length(business) - length(coalesce(last_industry, ''))), (
            select string_agg(word, '|') from reference.company_affixes where kind = 'industry'
        )) as first_industry
    from han_industry
),

-- Where region and industry are all, they are the name: 北京银行.
han_parts as (
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
        coalesce(second_region, first_region, local_region) as region_word,
        nullif(concat(
            case when length(business) - length(concat(first_industry, last_industry)) >= 2
                then first_industry end,
            last_industry
        ), '') as industry,
        nullif(concat(company_group, legal_form), '') as legal_form,
        branch,
        registration_code,
        is_han
    from han_industries
),

parts as (
    select * from latin_parts
    union all
    select * from han_parts
),

judged as (
    select
        parts.*,
        placeholders.word is not null or coalesce(length(parts.core), 0) < 2 as is_placeholder
    from parts
    left join reference.placeholders as placeholders on parts.core = placeholders.word
),

-- One blank more or less makes no other company.
named as (
    select
        judged.company,
        judged.normalised,
        nullif(judged.core, '') as core,
        regions.region,
        judged.industry,
        judged.legal_form,
        judged.branch,
        judged.registration_code,
        case when not judged.is_placeholder then replace(judged.core, ' ', '') end
            as company_key,
        case when not judged.is_han and strpos(judged.core, ' ') > 0
            then regexp_replace(judged.core, '([^ ])[^ ]* ?', '\1', 'g') end as acronym,
        judged.is_placeholder
    from judged
    left join reference.china_regions as regions on judged.region_word = regions.word
)

select * from named
