with

spans as (
    select
        span,
        lead_id,
        days,
        ended_date is not null as is_ended
    from funnel.spans
    where not is_backward
    union all
    select
        concat('in_stage ', path, ' ', stage) as span,
        lead_id,
        days,
        not is_open as is_ended
    from funnel.stage_times
),

placed as (
    select
        spans.span,
        dimensions.dimension,
        dimensions.part,
        spans.days,
        spans.is_ended
    from funnel.lead_dimensions as dimensions
    inner join spans on dimensions.lead_id = spans.lead_id
),

-- As many rows as there are different durations.
grouped as (
    select
        span,
        dimension,
        part,
        days,
        count(*) filter (where is_ended) as ended,
        count(*) filter (where not is_ended) as open
    from placed
    group by span, dimension, part, days
),

curves as (
    select
        span,
        dimension,
        part,
        unnest(kaplan_meier(days, ended, open)) as point
    from grouped
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
    from grouped
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
    from grouped
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
