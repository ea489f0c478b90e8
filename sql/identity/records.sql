with

lead_records as (
    select * from entities.lead_records
),

-- What a lead became in its own CRM: stated there, or a contact made by a conversion.
continuations as (
    select converted_to as record_id
    from lead_records
    where converted_to is not null
    union
    select record_id
    from lead_records
    where follows_lead and is_converted
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
        continuations.record_id is not null
            and coalesce(members.lead_id <> lead_records.record_id, false) as is_continuation,
        lead_records.captured_at
    from lead_records
    left join identity.contacts as contacts
        on concat('lead:', lead_records.record_id) = contacts.contact_id
    left join identity.members as members
        on concat('lead:', lead_records.record_id) = members.contact_id
    left join continuations on lead_records.record_id = continuations.record_id
)

select * from records
