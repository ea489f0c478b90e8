with

given as (
    select
        concat('lead:', record_id) as contact_id,
        'lead' as kind,
        record_id as source_id,
        cast(null as text) as visitor_id,
        concat(source, ':', person_key) as person_key,
        person_key is not null as has_person_key,
        email,
        phone,
        mobile,
        coalesce(country, '') as country,
        source,
        verdict,
        is_test,
        captured_at as seen_at
    from entities.lead_records
    union all
    select
        concat('form:', link_id),
        'form',
        link_id,
        visitor_id,
        cast(null as text),
        false,
        email,
        phone,
        cast(null as text),
        '',
        source,
        cast(null as text),
        false,
        linked_at
    from entities.visitor_links
    union all
    select
        concat('conversion:', conversion_id),
        'conversion',
        conversion_id,
        visitor_id,
        cast(null as text),
        false,
        cast(null as text),
        cast(null as text),
        cast(null as text),
        '',
        source,
        cast(null as text),
        false,
        converted_at
    from entities.conversion_events
),

joined as (
    select
        given.*,
        emails.email_key,
        emails.mailbox,
        phones.phone_key,
        mobiles.phone_key as mobile_key,
        emails.address is not null as has_email,
        phones.e164 is not null or mobiles.e164 is not null as has_phone
    from given
    left join identity.emails as emails on given.email = emails.email
    left join identity.phones as phones
        on given.phone = phones.phone
        and given.country = coalesce(phones.country, '')
        and given.source = phones.source
    left join identity.phones as mobiles
        on given.mobile = mobiles.phone
        and given.country = coalesce(mobiles.country, '')
        and given.source = mobiles.source
),

judged as (
    select
        contact_id,
        kind,
        source_id,
        visitor_id,
        case when has_person_key then person_key end as person_key,
        email_key,
        phone_key,
        mobile_key,
        mailbox,
        case
            when kind <> 'lead' then null
            when is_test then 'test'
            when mailbox = 'internal' then 'internal'
            when has_person_key or has_email or has_phone
                then case when verdict is not null then 'sales_verdict' end
            when email is null and phone is null and mobile is null then 'no_contact'
            else 'unusable_contact'
        end as invalid_reason,
        seen_at
    from joined
)

select * from judged
