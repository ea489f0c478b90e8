with

evidence as (
    select
        activities.record_id,
        activities.kind,
        outcomes.is_reached,
        row_number() over (
            partition by activities.record_id, activities.kind
            order by activities.occurred_at desc, activities.activity_id
        ) as place
    from entities.activities as activities
    inner join reference.contact_outcomes as outcomes
        on activities.kind = outcomes.kind
            and lower(btrim(activities.outcome)) = outcomes.outcome
    where activities.record_id is not null and activities.occurred_at is not null
),

-- The last that was heard counts.
heard as (
    select
        record_id,
        bool_or(is_reached) filter (where kind = 'email') as is_mail_read,
        bool_or(is_reached) filter (where kind = 'call') as is_call_answered
    from evidence
    where place = 1
    group by record_id
),

given as (
    select
        records.record_id,
        records.email,
        records.phone,
        records.mobile,
        emails.address,
        emails.mailbox,
        emails.suggestion,
        phones.validity as phone_validity,
        mobiles.validity as mobile_validity,
        heard.is_mail_read,
        heard.is_call_answered
    from entities.lead_records as records
    left join identity.emails as emails on records.email = emails.email
    left join identity.phones as phones
        on records.phone = phones.phone
            and coalesce(records.country, '') = phones.country
            and records.source = phones.source
    left join identity.phones as mobiles
        on records.mobile = mobiles.phone
            and coalesce(records.country, '') = mobiles.country
            and records.source = mobiles.source
    left join heard on records.record_id = heard.record_id
),

reasons as (
    select
        record_id,
        case
            when email is null then 'missing'
            when address is null then 'no address'
            when is_mail_read then 'mail arrived'
            when not is_mail_read then 'mail came back'
            when mailbox = 'disposable' then 'disposable mailbox'
            when suggestion is not null then 'mistyped domain'
            else 'not tried'
        end as email_reason,
        case
            when phone is null and mobile is null then 'missing'
            when coalesce(phone_validity, 'impossible') = 'impossible'
                and coalesce(mobile_validity, 'impossible') = 'impossible' then 'no number'
            when is_call_answered then 'call answered'
            when not is_call_answered then 'number dead or wrong'
            when coalesce(phone_validity, 'local') = 'local'
                and coalesce(mobile_validity, 'local') = 'local' then 'no area code'
            else 'not tried'
        end as phone_reason
    from given
),

judged as (
    select
        record_id,
        case
            when email_reason = 'missing' then 'missing'
            when email_reason = 'mail arrived' then 'usable'
            when email_reason = 'not tried' then 'unknown'
            else 'unusable'
        end as email_state,
        email_reason,
        case
            when phone_reason = 'missing' then 'missing'
            when phone_reason = 'call answered' then 'usable'
            when phone_reason in ('not tried', 'no area code') then 'unknown'
            else 'unusable'
        end as phone_state,
        phone_reason
    from reasons
)

select * from judged
