with

won as (
    select
        *,
        cast(closed_at at time zone $time_zone as date) as closed_date
    from entities.opportunities
    where is_won
),

members as (
    select * from identity.members
),

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

conversions as (
    select
        won.opportunity_id as conversion_id,
        members.person_id,
        members.lead_id,
        cast($reporting_currency as text) as currency,
        case
            when won.amount is null then cast(0 as decimal(18,4))
            when won.currency = $reporting_currency then won.amount
            else cast(won.amount * rates.rate as decimal(18,4))
        end as value,
        won.amount is not null as is_value_known,
        won.closed_at as converted_at
    from won
    left join members on concat('lead:', won.record_id) = members.contact_id
    left join rates on won.currency = rates.currency and won.closed_date = rates.rate_date
)

select * from conversions
