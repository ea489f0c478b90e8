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
        false,
        converted_at
    from entities.conversion_events
),

read as (
    select
        *,
        lower(btrim(email)) as address,
        regexp_replace(
            translate(phone, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g'
        ) as digits
    from given
),

-- A number that repeats one digit was typed to get past the form.
judged as (
    select
        *,
        coalesce(regexp_like(address, '^[^@\s]+@[^@\s]+\.[a-z]{2,}$'), false) as has_email,
        coalesce(length(digits) >= 7 and replace(digits, left(digits, 1), '') <> '', false)
            as has_phone,
        split_part(address, '@', 1) as local_part,
        split_part(address, '@', 2) as domain,
        regexp_replace(digits, '^00', '') as subscriber
    from read
),

keyed as (
    select
        judged.contact_id,
        judged.kind,
        judged.source_id,
        judged.visitor_id,
        case when judged.has_person_key then judged.person_key end as person_key,
        case when judged.has_email and roles.local_part is null then concat(
            case
                when domains.ignores_dots
                    then replace(split_part(judged.local_part, '+', 1), '.', '')
                when domains.ignores_tags then split_part(judged.local_part, '+', 1)
                else judged.local_part
            end,
            '@', judged.domain
        ) end as email_key,
        -- Colleagues share 400 lines; a Chinese mobile comes with and without its country.
        case when judged.has_phone and not starts_with(judged.subscriber, '400') then concat(
            case when regexp_like(judged.subscriber, '^1[3-9][0-9]{9}$') then '86' else '' end,
            judged.subscriber
        ) end as phone_key,
        case when judged.has_email then coalesce(domains.kind, 'business') end as mailbox,
        case
            when judged.kind <> 'lead' then null
            when judged.is_test then 'test'
            when domains.kind = 'internal' then 'internal'
            when judged.has_person_key or judged.has_email or judged.has_phone
                then case when judged.verdict is not null then 'sales_verdict' end
            when judged.email is null and judged.phone is null then 'no_contact'
            else 'unusable_contact'
        end as invalid_reason,
        judged.seen_at
    from judged
    left join reference.mail_domains as domains on judged.domain = domains.domain
    left join reference.role_mailboxes as roles on judged.local_part = roles.local_part
)

select * from keyed
