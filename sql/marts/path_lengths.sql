with

journeys as (
    select
        journeys.anchor,
        journeys.steps,
        conversions.value
    from journey.journeys as journeys
    inner join journey.conversions as conversions
        on journeys.conversion_id = conversions.conversion_id
    where cast(conversions.converted_at at time zone $time_zone as date) <= $as_of
),

totals as (
    select
        anchor,
        count(*) as conversions
    from journeys
    group by anchor
),

lengths as (
    select
        journeys.anchor,
        journeys.steps,
        count(*) as conversions,
        cast(sum(journeys.value) as decimal(28,4)) as value,
        cast(count(*) as double) / cast(max(totals.conversions) as double) as share
    from journeys
    inner join totals on journeys.anchor = totals.anchor
    group by journeys.anchor, journeys.steps
)

select * from lengths
