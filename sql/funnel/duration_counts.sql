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
)

select * from grouped
