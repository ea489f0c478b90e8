with

given as (
    select phone, coalesce(country, '') as country, source
    from entities.lead_records
    where phone is not null
    union
    select mobile, coalesce(country, ''), source
    from entities.lead_records
    where mobile is not null
    union
    select phone, '', source
    from entities.visitor_links
    where phone is not null
),

located as (
    select
        given.phone,
        given.country,
        given.source,
        coalesce(countries.region, sources.region, $default_region) as default_region
    from given
    left join reference.country_names as countries
        on lower(btrim(given.country)) = countries.name
    left join reference.source_regions as sources on given.source = sources.source
),

read as (
    select
        *,
        phone_part(phone, default_region, 'e164') as written_number,
        phone_part(phone, default_region, 'extension') as extension,
        phone_part(phone, default_region, 'type') as type,
        phone_part(phone, default_region, 'region') as region,
        phone_part(phone, default_region, 'validity') as validity,
        phone_part(phone, '', 'e164') is not null as names_its_country,
        regexp_replace(nfkc(phone), '[^0-9]', '', 'g') as digits
    from located
),

-- A number of a block that nobody was given is believed if it names its country; one that
-- repeats a digit was typed to get past the form.
believed as (
    select
        *,
        case
            when replace(digits, left(digits, 1), '') = '' then null
            when validity = 'valid' or names_its_country then written_number
        end as e164
    from read
),

-- Behind a switchboard only the extension is somebody's, a mobile is somebody's with or without
-- one; lines that others pay for or share are nobody's.
keyed as (
    select
        believed.phone,
        believed.country,
        believed.source,
        believed.default_region,
        believed.e164,
        case when believed.e164 is not null then believed.extension end as extension,
        case
            when believed.e164 is null then null
            when believed.extension is not null and believed.type is distinct from 'mobile'
                then 'switchboard'
            else coalesce(believed.type, 'unknown')
        end as kind,
        believed.region,
        believed.validity,
        case
            when believed.type in (
                'toll_free', 'shared_cost', 'premium_rate', 'company', 'pager', 'voicemail'
            ) then null
            when believed.type = 'mobile' then substr(believed.e164, 2)
            when believed.e164 is not null
                then concat(substr(believed.e164, 2), 'x' || believed.extension)
        end as phone_key,
        coalesce(blocks.kind = 'virtual_operator', false) as is_virtual_operator
    from believed
    left join reference.phone_blocks as blocks
        on longest_prefix(
            believed.e164, (select string_agg(prefix, '|') from reference.phone_blocks)
        ) = blocks.prefix
)

select * from keyed
