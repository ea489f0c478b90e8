with

known as (
    select distinct person_id
    from identity.visitors
),

-- What a form says holds from its day, what a CRM says is how it stands, whenever that was said.
told as (
    select
        members.person_id,
        members.contact_id,
        contacts.mailbox,
        contacts.email_key,
        contacts.phone_key,
        contacts.mobile_key,
        coalesce(lead_records.accepts_email, links.accepts_contact) as accepts_email,
        coalesce(lead_records.accepts_calls, links.accepts_contact) as accepts_calls,
        contacts.kind = 'form' as is_dated,
        cast(contacts.seen_at at time zone $time_zone as date) as told_date
    from known
    inner join identity.members as members on known.person_id = members.person_id
    inner join identity.contacts as contacts on members.contact_id = contacts.contact_id
    left join entities.lead_records as lead_records
        on contacts.kind = 'lead' and contacts.source_id = lead_records.record_id
    left join entities.visitor_links as links
        on contacts.kind = 'form' and contacts.source_id = links.link_id
    where contacts.kind <> 'conversion'
        and contacts.has_consent
        and contacts.invalid_reason is null
        and cast(contacts.seen_at at time zone $time_zone as date) <= $as_of
),

-- A desk's address has no key and is a way all the same.
ways as (
    select
        person_id,
        contact_id,
        'email' as medium,
        coalesce(email_key, contact_id) as address_key,
        accepts_email as accepts,
        is_dated,
        told_date
    from told
    where mailbox is not null
    union all
    select person_id, contact_id, 'phone', phone_key, accepts_calls, is_dated, told_date
    from told
    where phone_key is not null
    union all
    select person_id, contact_id, 'phone', mobile_key, accepts_calls, is_dated, told_date
    from told
    where mobile_key is not null and mobile_key is distinct from phone_key
)

select * from ways
