with

events as (
    select
        *,
        cast(converted_at at time zone $time_zone as date) as converted_date
    from entities.conversion_events
),

members as (
    select * from identity.members
),

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

conversions as (
    select
        concat('event:', events.conversion_id) as conversion_id,
        members.person_id,
        members.lead_id,
        cast($reporting_currency as text) as currency,
        -- Nothing is nothing in every currency, also in one that is not named.
        case
            when events.value is null then cast(0 as decimal(18,4))
            when events.currency = $reporting_currency or events.value = 0 then events.value
            else cast(events.value * rates.rate as decimal(18,4))
        end as value,
        events.value is not null as is_value_known,
        events.converted_at
    from events
    left join members on concat('conversion:', events.conversion_id) = members.contact_id
    left join rates on events.currency = rates.currency and events.converted_date = rates.rate_date
)

select * from conversions
