with

leads as (
    select * from staging.zoho__leads
),

records as (
    select
        concat('zoho:lead:', leads.lead_id) as record_id,
        'lead' as object_kind,
        leads.last_name as family_name,
        leads.email,
        leads.mobile,
        leads.company,
        leads.website,
        leads.industry,
        leads.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        leads.lead_status as status,
        'zoho:' || coalesce(users.user_id, leads.owner) as owner_id,
        -- A converted lead keeps its last status; who converted it thought better of it.
        case when leads.lead_status = 'Junk Lead' and not leads.is_converted
            then leads.lead_status end as verdict,
        false as is_test,
        leads.is_converted,
        leads.created_at as captured_at
    from leads
    left join staging.zoho__user_names as users on leads.owner = users.full_name
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
)

select * from records
