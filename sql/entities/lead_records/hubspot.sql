with

contacts as (
    select * from staging.hubspot__contacts
),

records as (
    select
        concat('hs:', contacts.contact_id) as record_id,
        'contact' as object_kind,
        'hs:' || merged.master_id as merged_into,
        'hs:' || contacts.company_id as account_id,
        contacts.given_name,
        contacts.family_name,
        contacts.email,
        contacts.phone,
        contacts.mobile,
        coalesce(contacts.company, companies.name) as company,
        contacts.title,
        companies.domain as website,
        coalesce(contacts.industry, companies.industry) as industry,
        contacts.city,
        contacts.state as region,
        contacts.country,
        contacts.analytics_source as lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        contacts.lead_status as status,
        'hs:' || contacts.owner_id as owner_id,
        case when statuses.is_invalid then contacts.lead_status end as verdict,
        case when contacts.revenue is not null
            then cast($hubspot_currency as text) end as currency,
        companies.employees,
        contacts.revenue,
        false as is_test,
        case when contacts.email_bounce_reason is not null then true else contacts.is_email_bad end
            as is_email_bounced,
        coalesce(contacts.created_at, contacts.became_lead_at) as captured_at,
        contacts.modified_at,
        case when contacts.is_archived and merged.contact_id is null then 'deleted' end
            as drop_reason
    from contacts
    left join staging.hubspot__companies as companies
        on contacts.company_id = companies.company_id
    left join staging.hubspot__merged_contacts as merged
        on contacts.contact_id = merged.contact_id
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(contacts.analytics_source))) = sources.lead_source
    left join reference.lead_statuses as statuses
        on lower(btrim(contacts.lead_status)) = statuses.status
)

select * from records
