with

-- To compare something else from period to period, add a part.
measures as (
    select 'revenue' as measure, lead_id, ordered_date as day, value from funnel.orders
    union all
    select
        'leads' as measure,
        lead_id,
        cast(captured_at at time zone $time_zone as date) as day,
        cast(1 as decimal(18,4)) as value
    from identity.leads
    union all
    select
        'mqls' as measure,
        lead_id,
        cast(entered_at at time zone $time_zone as date) as day,
        cast(1 as decimal(18,4)) as value
    from funnel.first_entries
    where stage = 'mql'
    union all
    select
        'opportunities' as measure,
        lead_id,
        cast(created_at at time zone $time_zone as date) as day,
        cast(1 as decimal(18,4)) as value
    from journey.opportunities
),

known as (
    select
        measure,
        lead_id,
        day,
        cast(coalesce(sum(value), 0) as decimal(28,4)) as value
    from measures
    where day <= $as_of
    group by measure, lead_id, day
),

-- Periods of every campaign and owner would be mostly empty.
placed as (
    select measure, '(all)' as dimension, '(all)' as part, value, day from known
    union all
    select known.measure, dimensions.dimension, dimensions.part, known.value, known.day
    from known
    inner join funnel.lead_dimensions as dimensions on known.lead_id = dimensions.lead_id
    where dimensions.dimension not in ('(all)', 'campaign', 'owner')
    union all
    select known.measure, dimensions.dimension, '(no lead)' as part, known.value, known.day
    from (
        select distinct dimension from funnel.lead_dimensions
        where dimension not in ('(all)', 'campaign', 'owner')
    ) as dimensions
    cross join known
    where known.lead_id is null
),

summed as (
    select
        measure,
        dimension,
        part,
        cast(sum(value) as decimal(28,4)) as value,
        day
    from placed
    group by measure, dimension, part, day
)

select * from summed
