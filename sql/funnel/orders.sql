with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

people as (
    select
        members.contact_id,
        members.person_id,
        members.lead_id,
        accounts.account_id
    from identity.members as members
    left join identity.person_accounts as accounts on members.person_id = accounts.person_id
    where starts_with(members.contact_id, 'lead:')
),

deals as (
    select
        opportunity_id,
        account_id,
        case when is_won then cast(closed_at at time zone $time_zone as date) end as signed_date
    from identity.opportunity_accounts
),

orders as (
    select
        order_id,
        opportunity_id,
        concat('lead:', record_id) as contact_id,
        region,
        kind,
        source,
        currency,
        amount,
        cast(ordered_at at time zone $time_zone as date) as ordered_date
    from entities.orders
    where cast(ordered_at at time zone $time_zone as date) <= $as_of
),

-- Whom the deal was signed with comes before where its contact works.
placed as (
    select
        orders.order_id,
        orders.opportunity_id,
        people.lead_id,
        people.person_id,
        coalesce(deals.account_id, people.account_id) as account_id,
        coalesce(deals.account_id, people.account_id, people.person_id) as customer_id,
        orders.region,
        orders.kind,
        orders.source,
        orders.currency,
        orders.amount,
        case
            when orders.currency = $reporting_currency then orders.amount
            else cast(orders.amount * rates.rate as decimal(18,4))
        end as value,
        case when deals.signed_date <= $as_of then deals.signed_date end as signed_date,
        orders.ordered_date
    from orders
    left join people on orders.contact_id = people.contact_id
    left join deals on orders.opportunity_id = deals.opportunity_id
    left join rates
        on orders.currency = rates.currency and orders.ordered_date = rates.rate_date
)

select * from placed
