with

people as (
    select * from staging.people__records
),

records as (
    select
        concat('people:', people.record_id) as record_id,
        'lead' as object_kind,
        -- A Chinese name has its family first, without a blank.
        coalesce(
            people.full_name,
            case when regexp_like(concat(people.family_name, people.given_name), '\p{Han}')
                then concat(people.family_name, people.given_name) end,
            nullif(concat_ws(' ', people.given_name, people.family_name), '')
        ) as full_name,
        people.given_name,
        people.family_name,
        people.birth_date,
        people.email,
        people.phone,
        people.mobile,
        people.company,
        people.title,
        people.city,
        people.region,
        people.country,
        people.postal_code,
        people.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        false as is_test,
        people.captured_at
    from people
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(people.lead_source))) = sources.lead_source
)

select * from records
