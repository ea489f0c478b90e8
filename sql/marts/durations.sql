with

curves as (
    select
        span,
        dimension,
        part,
        unnest(kaplan_meier(days, ended, open)) as point
    from funnel.duration_counts
    group by span, dimension, part
),

-- The day by which half, and nine of ten, have ended, those included who have not.
waited as (
    select
        span,
        dimension,
        part,
        min(case when point['survival'] <= 0.5 then point['duration'] end) as km_p50_days,
        min(case when point['survival'] <= 0.1 then point['duration'] end) as km_p90_days
    from curves
    group by span, dimension, part
),

-- Of those who have ended alone: the day by which so many had, as one counts on fingers.
ordered as (
    select
        *,
        sum(ended) over (partition by span, dimension, part order by days) as ended_so_far
    from funnel.duration_counts
),

totals as (
    select
        span,
        dimension,
        part,
        sum(ended + open) as subjects,
        sum(ended) as ended,
        sum(open) as open,
        cast(sum(ended * days) as double) / nullif(cast(sum(ended) as double), 0.0) as mean_days
    from funnel.duration_counts
    group by span, dimension, part
),

quantiles as (
    select
        ordered.span,
        ordered.dimension,
        ordered.part,
        min(case when ordered.ended_so_far * 2 >= totals.ended then ordered.days end)
            as p50_days,
        min(case when ordered.ended_so_far * 10 >= totals.ended * 9 then ordered.days end)
            as p90_days
    from ordered
    inner join totals
        on ordered.span = totals.span
            and ordered.dimension = totals.dimension
            and ordered.part = totals.part
    where totals.ended > 0
    group by ordered.span, ordered.dimension, ordered.part
),

durations as (
    select
        totals.span,
        totals.dimension,
        totals.part,
        spans.owner_dept,
        totals.subjects,
        totals.ended,
        totals.open,
        totals.mean_days,
        quantiles.p50_days,
        quantiles.p90_days,
        waited.km_p50_days,
        waited.km_p90_days,
        totals.ended < $low_count as is_low_count
    from totals
    inner join waited
        on totals.span = waited.span
            and totals.dimension = waited.dimension
            and totals.part = waited.part
    left join quantiles
        on totals.span = quantiles.span
            and totals.dimension = quantiles.dimension
            and totals.part = quantiles.part
    left join reference.spans as spans on totals.span = spans.span
)

select * from durations
