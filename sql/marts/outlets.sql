with

outlets as (
    select
        account_id,
        region,
        coalesce(to_char(first_date, '%Y-%m'), '') as first_month
    from funnel.outlets
),

bought as (
    select
        outlets.region,
        to_char(orders.ordered_date, '%Y-%m') as month,
        outlets.account_id,
        count(*) as orders,
        count(*) - count(orders.value) as without_rate,
        coalesce(sum(orders.value), 0) as revenue
    from outlets
    inner join funnel.orders as orders on outlets.account_id = orders.account_id
    group by outlets.region, to_char(orders.ordered_date, '%Y-%m'), outlets.account_id
),

active as (
    select
        region,
        month,
        count(*) as active_outlets,
        sum(orders) as orders,
        sum(without_rate) as without_rate,
        sum(revenue) as revenue
    from bought
    group by region, month
),

visited as (
    select
        outlets.region,
        to_char(cast(attempts.occurred_at at time zone $time_zone as date), '%Y-%m') as month,
        count(*) as visits
    from outlets
    inner join identity.person_accounts as people on outlets.account_id = people.account_id
    inner join funnel.attempts as attempts on people.person_id = attempts.person_id
    where attempts.kind = 'meeting'
    group by
        outlets.region,
        to_char(cast(attempts.occurred_at at time zone $time_zone as date), '%Y-%m')
),

months as (
    select month from active
    union
    select month from visited
    union
    select first_month from outlets where first_month <> ''
),

-- A place counts from the month in which it is known.
known as (
    select
        outlets.region,
        months.month,
        count(*) as outlets
    from months
    inner join outlets on outlets.first_month <= months.month
    group by outlets.region, months.month
),

monthly as (
    select
        case when grouping(known.region) = 1 then '(all)' else known.region end as region,
        known.month,
        sum(known.outlets) as outlets,
        sum(coalesce(active.active_outlets, 0)) as active_outlets,
        sum(coalesce(active.orders, 0)) as orders,
        sum(coalesce(active.without_rate, 0)) as without_rate,
        sum(coalesce(visited.visits, 0)) as visits,
        cast(coalesce(sum(active.revenue), 0) as decimal(28,4)) as revenue
    from known
    left join active on known.region = active.region and known.month = active.month
    left join visited on known.region = visited.region and known.month = visited.month
    group by grouping sets ((known.region, known.month), (known.month))
)

select
    region,
    month,
    cast($reporting_currency as text) as currency,
    outlets,
    active_outlets,
    orders,
    without_rate,
    visits,
    revenue,
    cast(active_outlets as double) / cast(outlets as double) as distribution,
    cast(revenue as double) / nullif(cast(active_outlets as double), 0.0) as output,
    cast(visits as double) / cast(outlets as double) as visits_per_outlet
from monthly
