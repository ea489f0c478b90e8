with

days as (
    select *, 'month' as period, cast(date_trunc('month', day) as date) as began_date
    from funnel.measure_days
    union all
    select *, 'quarter' as period, cast(date_trunc('quarter', day) as date) as began_date
    from funnel.measure_days
    union all
    select *, 'year' as period, cast(date_trunc('year', day) as date) as began_date
    from funnel.measure_days
),

-- A day counts in its own period, in the next one as what was before, and again a year later.
roles as (
    select *, 'own' as role, began_date as from_date from days
    union all
    select
        *,
        'prior' as role,
        cast(case period
            when 'month' then began_date + interval '1 month'
            when 'quarter' then began_date + interval '3 months'
            else began_date + interval '1 year'
        end as date) as from_date
    from days
    union all
    select
        *,
        'year before' as role,
        cast(began_date + interval '1 year' as date) as from_date
    from days
),

placed as (
    select
        roles.*,
        periods.elapsed_days,
        periods.is_running,
        periods.is_prior_known,
        periods.is_year_known
    from funnel.measure_periods as periods
    inner join roles
        on periods.measure = roles.measure
            and periods.period = roles.period
            and periods.from_date = roles.from_date
),

bases as (
    select 'whole' as basis
    union all
    select 'same days'
),

-- By the same days a period is held against as many days of the one before as it has had.
summed as (
    select
        placed.measure,
        placed.dimension,
        placed.part,
        placed.period,
        bases.basis,
        placed.elapsed_days,
        placed.is_running,
        sum(placed.value) filter (where placed.role = 'own') as value,
        sum(placed.value) filter (where placed.role = 'prior') as prior_value,
        sum(placed.value) filter (where placed.role = 'year before') as year_before_value,
        placed.is_prior_known,
        placed.is_year_known,
        placed.from_date
    from bases
    inner join placed
        on bases.basis = 'whole' or placed.day - placed.began_date < placed.elapsed_days
    group by
        placed.measure,
        placed.dimension,
        placed.part,
        placed.period,
        bases.basis,
        placed.elapsed_days,
        placed.is_running,
        placed.is_prior_known,
        placed.is_year_known,
        placed.from_date
),

-- Before the first day of a measure nobody counted; after it nothing is 0.
known as (
    select
        measure,
        dimension,
        part,
        period,
        basis,
        elapsed_days,
        is_running,
        cast(coalesce(value, 0) as decimal(28,4)) as value,
        case when is_prior_known then cast(coalesce(prior_value, 0) as decimal(28,4)) end
            as prior_value,
        case when is_year_known then cast(coalesce(year_before_value, 0) as decimal(28,4)) end
            as year_before_value,
        from_date
    from summed
)

select
    measure,
    dimension,
    part,
    period,
    basis,
    case when measure = 'revenue' then cast($reporting_currency as text) end as currency,
    elapsed_days,
    value,
    prior_value,
    cast(value - prior_value as decimal(28,4)) as delta,
    year_before_value,
    cast(value - year_before_value as decimal(28,4)) as year_delta,
    cast(value - prior_value as double) / nullif(cast(prior_value as double), 0.0) as growth,
    cast(value - year_before_value as double) / nullif(cast(year_before_value as double), 0.0)
        as year_growth,
    is_running,
    from_date
from known
