with

contacts as (
    select * from staging.zoho__contacts
),

records as (
    select
        concat('zoho:contact:', contacts.contact_id) as record_id,
        'contact' as object_kind,
        'zoho:' || contacts.account_id as account_id,
        contacts.last_name as family_name,
        contacts.email,
        contacts.mobile,
        contacts.lead_source,
        coalesce(sources.channel, 'unassigned') as channel,
        'zoho:' || contacts.owner_id as owner_id,
        false as is_test,
        true as follows_lead,
        true as is_converted,
        contacts.created_at as captured_at
    from contacts
    left join reference.lead_sources as sources
        on lower(btrim(nfkc(contacts.lead_source))) = sources.lead_source
)

select * from records
