with

leads as (
    select * from staging.demo__leads
),

records as (
    select
        leads.lead_id as record_id,
        'lead' as object_kind,
        leads.full_name,
        leads.email,
        leads.phone,
        leads.company,
        leads.title,
        leads.industry,
        leads.city,
        leads.country as region,
        leads.country,
        leads.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        leads.status,
        leads.owner as owner_id,
        case when leads.status = 'Invalid'
            then coalesce(leads.invalid_reason, 'no reason given') end as verdict,
        leads.employees,
        coalesce(leads.is_test, false) as is_test,
        leads.created_at as captured_at
    from leads
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
)

select * from records
