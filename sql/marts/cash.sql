with

moves as (
    select
        *,
        coalesce(to_char(moved_date, '%Y-%m'), '(undated)') as month
    from funnel.cash_moves
),

moved as (
    select
        case when grouping(month) = 1 then '(all)' else month end as month,
        count(*) filter (where kind = 'order') as orders,
        count(*) filter (where kind = 'invoice') as invoices,
        count(*) filter (where kind = 'payment') as payments,
        count(*) filter (where kind = 'refund') as refunds,
        count(*) - count(value) as without_rate,
        coalesce(sum(value) filter (where kind = 'order'), 0) as ordered,
        coalesce(sum(value) filter (where kind = 'invoice'), 0) as invoiced,
        coalesce(sum(value) filter (where kind = 'payment'), 0) as received,
        coalesce(sum(value) filter (where kind = 'refund'), 0) as refunded,
        min(moved_date) filter (where kind = 'invoice') as first_date
    from moves
    group by grouping sets ((month), ())
    having count(*) > 0
),

-- What became of the bills of a month.
followed as (
    select
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(value) as watched,
        sum(value - open_value) as collected,
        count(*) filter (where is_paid) as paid,
        count(*) filter (where is_late is not null and (is_paid or due_date < $as_of)) as due,
        count(*) filter (where is_late) as late,
        sum(days) filter (where is_paid) as days,
        kaplan_meier(
            days,
            case when is_paid then 1 else 0 end,
            case when is_paid then 0 else 1 end
        ) as points
    from (select *, to_char(invoiced_date, '%Y-%m') as month from marts.invoices)
    where is_paid is not null
    group by grouping sets ((month), ())
),

waits as (
    select
        month,
        min(case when point['survival'] <= 0.5 then point['duration'] end) as km_p50_days
    from (select month, unnest(points) as point from followed)
    group by month
),

owed as (
    select month, receivables from funnel.receivables
    union all
    select '(all)', last_value(receivables order by month) from funnel.receivables
),

-- A month lasts to its end or to $as_of, all of it from the first bill on.
joined as (
    select
        moved.*,
        followed.watched,
        followed.collected,
        coalesce(followed.paid, 0) as paid_invoices,
        coalesce(followed.due, 0) as due,
        coalesce(followed.late, 0) as late,
        followed.days as paid_days,
        waits.km_p50_days,
        owed.receivables,
        case
            when moved.month = '(all)' then $as_of - moved.first_date + 1
            when moved.month <> '(undated)' then
                least(
                    $as_of,
                    cast(cast(concat(moved.month, '-01') as date) + interval '1 month' as date) - 1
                ) - cast(concat(moved.month, '-01') as date) + 1
        end as length_days
    from moved
    left join followed on moved.month = followed.month
    left join waits on moved.month = waits.month
    left join owed on moved.month = owed.month
)

select
    month,
    cast($reporting_currency as text) as currency,
    orders,
    invoices,
    paid_invoices,
    due,
    late,
    payments,
    refunds,
    without_rate,
    cast(ordered as decimal(28,4)) as ordered,
    cast(invoiced as decimal(28,4)) as invoiced,
    cast(collected as decimal(28,4)) as collected,
    cast(received as decimal(28,4)) as received,
    cast(refunded as decimal(28,4)) as refunded,
    cast(receivables as decimal(28,4)) as receivables,
    cast(collected as double) / nullif(cast(watched as double), 0.0) as collection_rate,
    cast(late as double) / nullif(cast(due as double), 0.0) as late_rate,
    cast(receivables as double) / nullif(cast(watched as double), 0.0)
        * cast(length_days as double) as dso_days,
    cast(paid_days as double) / nullif(cast(paid_invoices as double), 0.0) as mean_days_to_pay,
    km_p50_days as km_p50_days_to_pay
from joined
