with

records as (
    select * from staging.salesforce__contacts
),

named as (
    select
        concat('sf:', records.contact_id) as record_id,
        'contact' as object_kind,
        'sf:' || records.master_record_id as merged_into,
        'sf:' || records.account_id as account_id,
        records.full_name,
        records.given_name,
        records.family_name,
        records.email,
        records.phone,
        records.mobile,
        accounts.name as company,
        records.title,
        accounts.website,
        accounts.industry,
        records.street,
        records.city,
        records.state as region,
        records.country,
        records.postal_code,
        records.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        'sf:' || records.owner_id as owner_id,
        accounts.employees,
        false as is_test,
        true as follows_lead,
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
    left join staging.salesforce__accounts as accounts
        on records.account_id = accounts.account_id
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(records.lead_source))) = sources.lead_source
)

select * from named
