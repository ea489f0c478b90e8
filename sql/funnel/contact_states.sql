with

-- The last proof counts; how a source stands is later than any. What fails is believed first.
proofs as (
    select
        record_id,
        medium,
        first_value(state order by verified_at desc nulls first, state, verification_id) as state,
        first_value(reason order by verified_at desc nulls first, state, verification_id) as reason
    from identity.verifications
    where verified_at is null or cast(verified_at at time zone $time_zone as date) <= $as_of
    group by record_id, medium
),

read as (
    select
        lead_records.record_id,
        lead_records.person_key,
        lead_records.email,
        emails.address,
        emails.mailbox,
        emails.suggestion,
        coalesce(lead_records.phone, lead_records.mobile) as phone,
        phones.e164 is not null or mobiles.e164 is not null as has_number,
        (lead_records.phone is not null and phones.e164 is null)
            or (lead_records.mobile is not null and mobiles.e164 is null) as has_bad_number,
        coalesce(phones.validity, mobiles.validity) as validity,
        coalesce(people.is_placeholder, false) as is_name_placeholder,
        coalesce(companies.is_placeholder, false) as is_company_placeholder,
        lead_records.full_name is not null or lead_records.company is not null as has_name
    from entities.lead_records as lead_records
    left join identity.emails as emails on lead_records.email = emails.email
    left join identity.phones as phones
        on lead_records.phone = phones.phone
            and coalesce(lead_records.country, '') = coalesce(phones.country, '')
            and lead_records.source = phones.source
    left join identity.phones as mobiles
        on lead_records.mobile = mobiles.phone
            and coalesce(lead_records.country, '') = coalesce(mobiles.country, '')
            and lead_records.source = mobiles.source
    left join identity.person_names as people on lead_records.full_name = people.full_name
    left join identity.company_names as companies on lead_records.company = companies.company
),

stated as (
    select
        read.*,
        case
            when read.email is null then null
            when read.address is null then 'unusable'
            when read.mailbox = 'disposable' then 'unusable'
            else coalesce(mails.state, 'unknown')
        end as email_state,
        case
            when read.email is null then null
            when read.address is null then 'no_address'
            when read.mailbox = 'disposable' then 'disposable'
            when mails.reason is not null then mails.reason
            when read.suggestion is not null then 'slip'
            else 'unverified'
        end as email_reason,
        case
            when read.phone is null then null
            when not read.has_number then 'unusable'
            else coalesce(calls.state, 'unknown')
        end as phone_state,
        case
            when read.phone is null then null
            when not read.has_number and read.validity = 'local' then 'no_area_code'
            when not read.has_number then 'no_number'
            else coalesce(calls.reason, 'unverified')
        end as phone_reason
    from read
    left join proofs as mails on read.record_id = mails.record_id and mails.medium = 'email'
    left join proofs as calls on read.record_id = calls.record_id and calls.medium = 'phone'
),

states as (
    select
        record_id,
        email_state,
        email_reason,
        phone_state,
        phone_reason,
        case
            when email_reason in ('no_address', 'slip', 'bounced') then 'email'
            when has_bad_number or phone_reason = 'wrong_number' then 'phone'
            when is_name_placeholder then 'full_name'
            when is_company_placeholder then 'company'
        end as wrong_field,
        email is not null or phone is not null or has_name as is_checked,
        person_key is not null and email is null and phone is null as is_elsewhere
    from stated
)

select * from states
