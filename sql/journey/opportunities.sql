with

opportunities as (
    select
        *,
        -- What is open is worth what its amount was when it was made.
        cast(coalesce(closed_at, created_at) at time zone $time_zone as date) as valued_date
    from entities.opportunities
),

members as (
    select * from identity.members
),

accounts as (
    select * from identity.opportunity_accounts
),

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

valued as (
    select
        opportunities.opportunity_id,
        members.person_id,
        members.lead_id,
        accounts.account_id,
        cast($reporting_currency as text) as currency,
        -- Nothing is nothing in every currency, also in one that is not named.
        case
            when opportunities.amount is null then cast(0 as decimal(18,4))
            when opportunities.currency = $reporting_currency or opportunities.amount = 0
                then opportunities.amount
            else cast(opportunities.amount * rates.rate as decimal(18,4))
        end as value,
        opportunities.amount is not null as is_value_known,
        opportunities.is_won,
        opportunities.created_at,
        opportunities.closed_at
    from opportunities
    left join members on concat('lead:', opportunities.record_id) = members.contact_id
    left join accounts on opportunities.opportunity_id = accounts.opportunity_id
    left join rates
        on opportunities.currency = rates.currency and opportunities.valued_date = rates.rate_date
)

select * from valued
