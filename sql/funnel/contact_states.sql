with

-- The last proof counts; how a source stands is later than any. What fails is believed first.
proofs as (
    select
        record_id,
        medium,
        first_value(is_reached order by verified_at desc nulls first, is_reached, verification_id)
            as is_reached
    from identity.verifications
    where verified_at is null or cast(verified_at at time zone $time_zone as date) <= $as_of
    group by record_id, medium
),

given as (
    select
        lead_records.record_id,
        lead_records.email,
        coalesce(lead_records.phone, lead_records.mobile) as phone,
        emails.address,
        emails.mailbox,
        emails.suggestion,
        phones.e164 is not null or mobiles.e164 is not null as has_number,
        (lead_records.phone is not null and phones.e164 is null)
            or (lead_records.mobile is not null and mobiles.e164 is null) as has_bad_number,
        coalesce(phones.validity, mobiles.validity) as validity,
        coalesce(people.is_placeholder, false) as is_name_placeholder,
        coalesce(companies.is_placeholder, false) as is_company_placeholder,
        lead_records.full_name is not null or lead_records.company is not null as has_name,
        lead_records.person_key is not null
            and lead_records.email is null
            and lead_records.phone is null
            and lead_records.mobile is null as is_elsewhere,
        mails.is_reached as is_mail_read,
        calls.is_reached as is_call_answered
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
    left join proofs as mails
        on lead_records.record_id = mails.record_id and mails.medium = 'email'
    left join proofs as calls
        on lead_records.record_id = calls.record_id and calls.medium = 'phone'
),

reasons as (
    select
        *,
        case
            when is_elsewhere then 'kept elsewhere'
            when email is null then 'missing'
            when address is null then 'no address'
            when mailbox = 'disposable' then 'disposable mailbox'
            when is_mail_read then 'mail arrived'
            when not is_mail_read then 'mail came back'
            when suggestion is not null then 'mistyped domain'
            else 'not tried'
        end as email_reason,
        case
            when is_elsewhere then 'kept elsewhere'
            when phone is null then 'missing'
            when not has_number and validity = 'local' then 'no area code'
            when not has_number then 'no number'
            when is_call_answered then 'call answered'
            when not is_call_answered then 'number dead or wrong'
            else 'not tried'
        end as phone_reason
    from given
),

states as (
    select
        record_id,
        case
            when email_reason = 'missing' then 'missing'
            when email_reason = 'mail arrived' then 'usable'
            when email_reason in ('no address', 'disposable mailbox', 'mail came back')
                then 'unusable'
            else 'unknown'
        end as email_state,
        email_reason,
        case
            when phone_reason = 'missing' then 'missing'
            when phone_reason = 'call answered' then 'usable'
            when phone_reason in ('no area code', 'no number', 'number dead or wrong')
                then 'unusable'
            else 'unknown'
        end as phone_state,
        phone_reason,
        case
            when email_reason in ('no address', 'mistyped domain', 'mail came back') then 'email'
            when has_bad_number or phone_reason = 'number dead or wrong' then 'phone'
            when is_name_placeholder then 'full_name'
            when is_company_placeholder then 'company'
        end as wrong_field,
        email is not null or phone is not null or has_name as is_checked
    from reasons
)

select * from states
