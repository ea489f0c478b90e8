with

deals as (
    select
        opportunity_id,
        case when is_value_known then value end as value,
        case when cast(closed_at at time zone $time_zone as date) <= $as_of then is_won end
            as is_won,
        cast(created_at at time zone $time_zone as date) as created_date,
        cast(closed_at at time zone $time_zone as date) as closed_date
    from journey.opportunities
    where coalesce(cast(created_at at time zone $time_zone as date) <= $as_of, true)
),

-- Open now, or closed in the days that still say how things go.
counted as (
    select
        *,
        is_won is null as is_open,
        is_won is not null and $as_of - closed_date < $velocity_days as is_recent,
        -- Sources whose times do not hold have deals that close before they are made.
        case when is_won and closed_date >= created_date then closed_date - created_date end
            as cycle_days
    from deals
),

placed as (
    select dimensions.dimension, dimensions.part, counted.*
    from counted
    inner join funnel.deal_dimensions as dimensions
        on counted.opportunity_id = dimensions.opportunity_id
),

summed as (
    select
        dimension,
        part,
        count(*) filter (where is_open) as open_deals,
        count(*) filter (where is_recent) as closed,
        count(*) filter (where is_recent and is_won) as won,
        count(value) filter (where is_recent and is_won) as valued,
        sum(value) filter (where is_recent and is_won) as won_value,
        count(cycle_days) filter (where is_recent) as timed,
        sum(cycle_days) filter (where is_recent) as total_days
    from placed
    where is_open or is_recent
    group by dimension, part
),

means as (
    select
        *,
        cast(won as double) / nullif(cast(closed as double), 0.0) as win_rate,
        cast(won_value as double) / nullif(cast(valued as double), 0.0) as mean_value,
        cast(total_days as double) / nullif(cast(timed as double), 0.0) as cycle_days
    from summed
)

select
    dimension,
    part,
    cast($reporting_currency as text) as currency,
    open_deals,
    closed,
    won,
    win_rate,
    wilson_interval(won, closed)['lower'] as win_rate_lower,
    wilson_interval(won, closed)['upper'] as win_rate_upper,
    mean_value,
    cycle_days,
    cast(open_deals as double) * win_rate * mean_value / nullif(cycle_days, 0.0)
        as value_per_day,
    closed < $low_count as is_low_count
from means
