with

leads as (
    select * from staging.demo__leads
),

records as (
    select
        leads.lead_id as record_id,
        cast(null as text) as person_key,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.company,
        leads.title,
        leads.industry,
        leads.country as region,
        coalesce(sources.channel, 'unknown') as channel,
        leads.owner as owner_id,
        case when leads.status = 'Invalid'
            then coalesce(leads.invalid_reason, 'no reason given') end as verdict,
        leads.employees,
        coalesce(leads.is_test, false) as is_test,
        leads.created_at as captured_at
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(leads.lead_source)) = sources.lead_source
)

select * from records
