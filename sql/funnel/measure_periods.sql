with

months as (
    select
        measure,
        min(day) as first_day,
        unnest(generate_series(
            date_trunc('month', cast(min(day) as timestamp)),
            cast($as_of as timestamp),
            interval '1 month'
        )) as month_at
    from funnel.measure_days
    where dimension = '(all)'
    group by measure
),

spans as (
    select
        measure,
        first_day,
        'month' as period,
        cast(month_at as date) as from_date,
        cast(month_at + interval '1 month' as date) as until_date
    from months
    union all
    select distinct
        measure,
        first_day,
        'quarter' as period,
        cast(date_trunc('quarter', month_at) as date) as from_date,
        cast(date_trunc('quarter', month_at) + interval '3 months' as date) as until_date
    from months
    union all
    select distinct
        measure,
        first_day,
        'year' as period,
        cast(date_trunc('year', month_at) as date) as from_date,
        cast(date_trunc('year', month_at) + interval '1 year' as date) as until_date
    from months
)

select
    measure,
    period,
    least(until_date - 1, $as_of) - from_date + 1 as elapsed_days,
    until_date - 1 > $as_of as is_running,
    from_date > first_day as is_prior_known,
    cast(until_date - interval '1 year' as date) > first_day as is_year_known,
    from_date,
    until_date
from spans
