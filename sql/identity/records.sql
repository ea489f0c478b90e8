with

lead_records as (
    select * from entities.lead_records
),

records as (
    select
        lead_records.record_id,
        members.lead_id,
        case when members.lead_id is not null then members.person_id end as person_id,
        case
            when members.lead_id is null then 'invalid'
            when members.lead_id = lead_records.record_id then 'golden'
            else 'merged'
        end as outcome,
        case when members.lead_id is null then contacts.invalid_reason end as invalid_reason,
        contacts.mailbox,
        lower(btrim(nfkc(lead_records.lead_source))) as lead_source_key,
        lead_records.channel,
        lead_records.captured_at
    from lead_records
    left join identity.contacts as contacts
        on concat('lead:', lead_records.record_id) = contacts.contact_id
    left join identity.members as members
        on concat('lead:', lead_records.record_id) = members.contact_id
)

select * from records
