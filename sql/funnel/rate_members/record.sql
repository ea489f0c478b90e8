with

records as (
    select
        *,
        cast(captured_at at time zone $time_zone as date) as captured_date
    from identity.records
),

contacted as (
    select lead_id from funnel.lead_stages where stage = 'contacted'
),

-- A record is judged when it is invalid, or when somebody worked on its lead.
judged as (
    select
        rates.rate,
        records.record_id as member_id,
        records.channel,
        case rates.rate
            when 'invalid' then records.outcome = 'invalid' or contacted.lead_id is not null
            else true
        end as is_judged,
        case rates.rate
            when 'invalid' then records.outcome = 'invalid'
            else records.outcome = 'merged'
        end as is_reached,
        records.captured_date as entered_date
    from records
    cross join reference.rates as rates
    left join contacted on records.lead_id = contacted.lead_id
    where rates.population = 'record' and records.captured_date <= $as_of
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
