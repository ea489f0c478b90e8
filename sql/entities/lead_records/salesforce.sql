with

records as (
    select * from staging.salesforce__leads
),

named as (
    select
        concat('sf:', records.lead_id) as record_id,
        'lead' as object_kind,
        'sf:' || records.master_record_id as merged_into,
        'sf:' || records.converted_contact_id as converted_to,
        'sf:' || records.converted_account_id as account_id,
        records.full_name,
        records.given_name,
        records.family_name,
        records.email,
        records.phone,
        records.mobile,
        records.company,
        records.title,
        records.website,
        records.industry,
        records.street,
        records.city,
        records.state as region,
        records.country,
        records.postal_code,
        records.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        records.status,
        'sf:' || records.owner_id as owner_id,
        case when statuses.is_invalid then records.status end as verdict,
        case when records.revenue is not null
            then coalesce(records.currency, $salesforce_currency) end as currency,
        records.employees,
        records.revenue,
        false as is_test,
        records.is_converted,
        not records.has_opted_out_of_email as accepts_email,
        not records.do_not_call as accepts_calls,
        case when records.email_bounced_reason is not null
            or records.email_bounced_at is not null then true end as is_email_bounced,
        records.created_at as captured_at,
        records.modified_at,
        records.email_bounced_at,
        case
            when not records.is_current then 'superseded'
            when records.is_deleted and records.master_record_id is null then 'deleted'
        end as drop_reason
    from records
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(records.lead_source))) = sources.lead_source
    left join reference.lead_statuses as statuses
        on lower(btrim(records.status)) = statuses.status
)

select * from named
