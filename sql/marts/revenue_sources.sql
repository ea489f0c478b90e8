with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

kinds as (
    select * from reference.revenue_channels
),

orders as (
    select
        orders.lead_id,
        leads.channel,
        to_char(orders.ordered_date, '%Y-%m') as month,
        orders.value
    from funnel.orders as orders
    left join identity.leads as leads on orders.lead_id = leads.lead_id
),

-- Each order has one source: who brought its lead, else it was sold without one.
sourced as (
    select
        case
            when orders.lead_id is null then 'sales'
            else coalesce(kinds.sourced_by, 'marketing')
        end as sourced_by,
        coalesce(orders.channel, '(no lead)') as channel,
        orders.month,
        orders.value
    from orders
    left join kinds on orders.channel = kinds.channel
),

summed as (
    select
        sourced_by,
        channel,
        month,
        count(*) as orders,
        count(*) - count(value) as orders_without_rate,
        cast(coalesce(sum(value), 0) as decimal(28,4)) as revenue
    from sourced
    group by sourced_by, channel, month
),

-- Counted without asking who brought it, so that nothing that is asked can lose or double it.
totals as (
    select
        to_char(cast(orders.ordered_at at time zone $time_zone as date), '%Y-%m') as month,
        count(*) as all_orders,
        cast(coalesce(sum(
            case
                when orders.currency = $reporting_currency then orders.amount
                else cast(orders.amount * rates.rate as decimal(18,4))
            end
        ), 0) as decimal(28,4)) as all_revenue
    from entities.orders as orders
    left join rates
        on orders.currency = rates.currency
            and cast(orders.ordered_at at time zone $time_zone as date) = rates.rate_date
    where cast(orders.ordered_at at time zone $time_zone as date) <= $as_of
    group by to_char(cast(orders.ordered_at at time zone $time_zone as date), '%Y-%m')
)

select
    summed.sourced_by,
    summed.channel,
    summed.month,
    cast($reporting_currency as text) as currency,
    summed.orders,
    totals.all_orders,
    summed.orders_without_rate,
    summed.revenue,
    totals.all_revenue
from summed
inner join totals on summed.month = totals.month
