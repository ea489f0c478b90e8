with

records as (
    select
        records.record_id,
        records.lead_id,
        records.outcome,
        records.channel,
        verifications.email_state,
        verifications.phone_state,
        cast(records.captured_at at time zone $time_zone as date) as captured_date
    from identity.records as records
    inner join identity.verifications as verifications
        on records.record_id = verifications.record_id
),

contacted as (
    select lead_id from funnel.lead_stages where stage = 'contacted'
),

-- Inaccurate: what it says reaches nobody. Unusable: nothing in it may reach anybody.
described as (
    select
        *,
        outcome = 'merged' as is_duplicate,
        email_state = 'unusable' or phone_state = 'unusable' as is_inaccurate,
        email_state in ('unusable', 'missing') and phone_state in ('unusable', 'missing')
            as is_unusable
    from records
),

-- A record is judged invalid or valid when it is invalid, or when somebody worked on its lead.
judged as (
    select
        rates.rate,
        described.record_id as member_id,
        described.channel,
        case rates.rate
            when 'invalid'
                then described.outcome = 'invalid' or contacted.lead_id is not null
            else true
        end as is_judged,
        case rates.rate
            when 'duplicate' then described.is_duplicate
            when 'invalid' then described.outcome = 'invalid'
            when 'inaccurate' then described.is_inaccurate
            when 'unusable' then described.is_unusable
            when 'any_bad'
                then described.is_duplicate or described.is_inaccurate or described.is_unusable
        end as is_reached,
        described.captured_date as entered_date
    from described
    cross join reference.rates as rates
    left join contacted on described.lead_id = contacted.lead_id
    where rates.population = 'record' and described.captured_date <= $as_of
),

members as (
    select
        rate,
        member_id,
        channel,
        is_judged,
        is_reached,
        is_reached as is_ever_reached,
        entered_date,
        case when is_reached then entered_date end as reached_date
    from judged
)

select * from members
