with

leads as (
    select * from staging.marketo__leads
),

merged as (
    select * from staging.marketo__merged_leads
),

deleted as (
    select
        lead_id,
        max(occurred_at) as deleted_at
    from staging.marketo__deletes
    group by lead_id
),

unsubscribed as (
    select distinct lead_id from staging.marketo__unsubscribes
),

records as (
    select
        concat('mkto:', leads.lead_id) as record_id,
        'lead' as object_kind,
        'mkto:' || merged.master_id as merged_into,
        leads.given_name,
        leads.family_name,
        leads.email,
        leads.phone,
        leads.mobile,
        leads.company,
        leads.title,
        leads.industry,
        leads.street,
        leads.city,
        leads.state as region,
        leads.country,
        leads.postal_code,
        leads.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        leads.lead_status as status,
        case when statuses.is_invalid then leads.lead_status end as verdict,
        leads.employees,
        false as is_test,
        case
            when leads.has_unsubscribed then false
            when unsubscribed.lead_id is not null then false
            else not leads.has_unsubscribed
        end as accepts_email,
        not leads.do_not_call as accepts_calls,
        leads.is_email_invalid as is_email_bounced,
        leads.created_at as captured_at,
        leads.modified_at,
        case when deleted.lead_id is not null and merged.lead_id is null then 'deleted' end
            as drop_reason
    from leads
    left join merged on leads.lead_id = merged.lead_id
    left join deleted
        on leads.lead_id = deleted.lead_id and leads.created_at <= deleted.deleted_at
    left join unsubscribed on leads.lead_id = unsubscribed.lead_id
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(leads.lead_source))) = sources.lead_source
    left join reference.lead_statuses as statuses
        on lower(btrim(leads.lead_status)) = statuses.status
)

select * from records
