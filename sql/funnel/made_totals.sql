with

past as (
    select
        outcome,
        is_continuation
    from identity.records
    where cast(captured_at at time zone $time_zone as date) <= $as_of
),

stages as (
    select
        stages.lead_id,
        stages.stage
    from funnel.leads as leads
    inner join funnel.lead_stages as stages on leads.lead_id = stages.lead_id
    where stages.path = $stage_path and leads.captured_date <= $as_of
),

-- Asked for nothing that could lose or double an order.
sales as (
    select
        case
            when orders.currency = $reporting_currency then orders.amount
            else cast(orders.amount * rates.rate as decimal(18,4))
        end as value
    from entities.orders as orders
    left join entities.fx_rates as rates
        on orders.currency = rates.currency
            and rates.to_currency = $reporting_currency
            and cast(orders.ordered_at at time zone $time_zone as date) = rates.rate_date
    where cast(orders.ordered_at at time zone $time_zone as date) <= $as_of
),

counts as (
    select 'records' as measure, 'entities.lead_records' as relation, count(*) as value
    from entities.lead_records
    union all
    select 'records to date', 'identity.records', count(*) from past
    union all
    select 'leads', 'identity.leads', count(*) from identity.leads
    union all
    select 'leads to date', 'identity.records', count(*) from past where outcome = 'golden'
    union all
    select 'merged', 'identity.records', count(*) from identity.records where outcome = 'merged'
    union all
    select 'duplicates to date', 'identity.records', count(*)
    from past where outcome = 'merged' and not is_continuation
    union all
    select 'mql', 'funnel.lead_stages', count(*) from stages where stage = 'mql'
    union all
    select 'won', 'funnel.lead_stages', count(*) from stages where stage = 'won'
    union all
    select 'orders', 'entities.orders', count(*) from sales
),

totals as (
    select measure, relation, cast(value as decimal(28,4)) as value from counts
    union all
    select 'revenue', 'entities.orders', cast(coalesce(sum(value), 0) as decimal(28,4)) from sales
)

select * from totals
