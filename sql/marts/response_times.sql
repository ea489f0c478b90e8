with

clocks as (
    select
        lead_id,
        'calendar' as clock,
        is_attempted,
        waited_s / 60 as minutes
    from funnel.responses
    union all
    select
        lead_id,
        'business' as clock,
        is_attempted,
        business_waited_s / 60 as minutes
    from funnel.responses
),

grouped as (
    select
        clocks.clock,
        dimensions.dimension,
        dimensions.part,
        clocks.minutes,
        count(*) filter (where clocks.is_attempted) as answered,
        count(*) filter (where not clocks.is_attempted) as waiting
    from funnel.lead_dimensions as dimensions
    inner join clocks on dimensions.lead_id = clocks.lead_id
    group by clocks.clock, dimensions.dimension, dimensions.part, clocks.minutes
),

totals as (
    select
        clock,
        dimension,
        part,
        sum(answered + waiting) as leads,
        sum(answered) as answered
    from grouped
    group by clock, dimension, part
),

curves as (
    select
        clock,
        dimension,
        part,
        unnest(kaplan_meier(minutes, answered, waiting)) as point
    from grouped
    group by clock, dimension, part
),

quantiles as (
    select
        clock,
        dimension,
        part,
        min(case when point['survival'] <= 0.5 then point['duration'] end) as km_p50_minutes,
        min(case when point['survival'] <= 0.1 then point['duration'] end) as km_p90_minutes,
        1.0 - min(case when point['duration'] <= $response_minutes then point['survival'] end)
            as km_in_limit_share
    from curves
    group by clock, dimension, part
),

times as (
    select
        totals.clock,
        totals.dimension,
        totals.part,
        totals.leads,
        totals.answered,
        cast(totals.answered as double) / cast(totals.leads as double) as answered_share,
        quantiles.km_p50_minutes,
        quantiles.km_p90_minutes,
        coalesce(quantiles.km_in_limit_share, 0.0) as km_in_limit_share,
        totals.leads < $low_count as is_low_count
    from totals
    inner join quantiles
        on totals.clock = quantiles.clock
            and totals.dimension = quantiles.dimension
            and totals.part = quantiles.part
)

select * from times
