with

given as (
    select
        concat('lead:', record_id) as contact_id,
        'lead' as kind,
        record_id as source_id,
        coalesce(follows_lead, false) as follows_lead,
        cast(null as text) as visitor_id,
        true as has_consent,
        concat(source, ':', person_key) as person_key,
        person_key is not null as has_person_key,
        email,
        phone,
        mobile,
        full_name,
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
        false,
        visitor_id,
        coalesce(has_consent, true),
        cast(null as text),
        false,
        email,
        phone,
        cast(null as text),
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
        false,
        visitor_id,
        true,
        cast(null as text),
        false,
        cast(null as text),
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

-- Where nobody said where the company sells, it sells everywhere.
home as (
    select count(*) > 0 as is_limited from reference.markets
),

joined as (
    select
        given.*,
        home.is_limited and countries.region is not null and markets.region is null
            as is_out_of_market,
        words.word is not null as is_test_name,
        emails.email_key,
        emails.mailbox,
        phones.phone_key,
        mobiles.phone_key as mobile_key,
        emails.address is not null as has_email,
        phones.e164 is not null or mobiles.e164 is not null as has_phone
    from given
    cross join home
    left join reference.country_names as countries
        on lower(btrim(given.country)) = countries.name
    left join reference.markets as markets on countries.region = markets.region
    left join identity.person_spellings as names on given.full_name = names.full_name
    left join reference.placeholders as words
        on regexp_replace(names.normalised, '[0-9 ]+$', '') = words.word and words.is_test
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
            when is_test or is_test_name then 'test'
            when mailbox = 'internal' then 'internal'
            when has_person_key or has_email or has_phone
                then case
                    when is_out_of_market then 'out_of_market'
                    when verdict is not null then 'sales_verdict'
                end
            when email is null and phone is null and mobile is null then 'no_contact'
            else 'unusable_contact'
        end as invalid_reason,
        follows_lead,
        has_consent,
        seen_at
    from joined
)

select * from judged
