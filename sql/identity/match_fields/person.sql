with

contacts as (
    select
        records.place,
        contacts.*
    from identity.contacts as contacts
    inner join identity.match_records as records on contacts.contact_id = records.entity_id
),

given as (
    select
        concat('lead:', record_id) as entity_id,
        full_name,
        given_name,
        family_name,
        birth_date,
        registered_id,
        street,
        city,
        postal_code,
        company
    from entities.lead_records
    union all
    select
        concat('form:', link_id),
        full_name,
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text),
        cast(null as text)
    from entities.visitor_links
),

-- Where the source keeps both names apart, it knows better than we which is which.
named as (
    select
        contacts.contact_id as entity_id,
        contacts.place,
        contacts.email_key,
        contacts.phone_key,
        contacts.mobile_key,
        contacts.visitor_id,
        contacts.person_key,
        -- A middle initial is told by some records and not by others.
        regexp_replace(
            case
                when names.is_partial or names.is_placeholder then null
                when given.given_name is not null and given.family_name is not null
                    then btrim(regexp_replace(fold_han(lower(nfkc(given.given_name))), '[.·•]', '', 'g'))
                else names.given_name
            end,
            '( [a-z])+$', ''
        ) as given_name,
        case
            when names.is_placeholder then null
            when given.family_name is not null
                then btrim(regexp_replace(fold_han(lower(nfkc(given.family_name))), '[.·•]', '', 'g'))
            else names.family_name
        end as family_name,
        regexp_replace(given.birth_date, '[^0-9]', '', 'g') as birth_date,
        regexp_replace(upper(nfkc(given.registered_id)), '[^0-9A-Z]', '', 'g') as registered_id,
        btrim(regexp_replace(fold_han(lower(nfkc(given.street))), '[^\p{L}\p{N}]+', ' ', 'g'))
            as street,
        regexp_replace(
            pinyin(regexp_replace(fold_han(lower(nfkc(given.city))), '(\p{Han}{2})市.*$', '\1')),
            '[^\p{L}\p{N}]+', '', 'g'
        ) as city,
        regexp_replace(lower(nfkc(given.postal_code)), '[^0-9a-z]', '', 'g') as postal_code,
        companies.core as company,
        companies.company_key
    from contacts
    inner join given on contacts.contact_id = given.entity_id
    left join identity.person_names as names on given.full_name = names.full_name
    left join identity.company_names as companies on given.company = companies.company
),

fields as (
    select
        named.entity_id,
        named.place,
        coalesce(variants.given_name, nullif(named.given_name, '')) as given_name,
        replace(coalesce(variants.given_name, pinyin(nullif(named.given_name, ''))), ' ', '')
            as given_sound,
        nullif(named.family_name, '') as family_name,
        replace(coalesce(surnames.reading, pinyin(nullif(named.family_name, ''))), ' ', '')
            as family_sound,
        nullif(named.birth_date, '') as birth_date,
        nullif(named.registered_id, '') as registered_id,
        named.email_key,
        named.phone_key,
        named.mobile_key,
        nullif(named.street, '') as street,
        nullif(named.city, '') as city,
        nullif(named.postal_code, '') as postal_code,
        named.company,
        named.company_key,
        named.visitor_id,
        named.person_key
    from named
    left join reference.name_variants as variants on named.given_name = variants.variant
    left join reference.surnames as surnames on named.family_name = surnames.surname
)

select * from fields
