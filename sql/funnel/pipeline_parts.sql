with

evenings as (
    select
        made_date as day,
        lag(made_date) over (order by made_date) as day_before
    from funnel.forecast_days
),

cells as (
    select * from funnel.forecast_cells where population = 'deal' and dimension <> '(all)'
),

-- What stood there in the evening, once more as what stood there before the next, and what came and
-- went between them.
told as (
    select
        dimension,
        part,
        stage,
        'open' as turn,
        subjects,
        valued,
        chance,
        value,
        made_date as day
    from cells
    union all
    select
        cells.dimension,
        cells.part,
        cells.stage,
        'open before' as turn,
        cells.subjects,
        cast(null as bigint) as valued,
        cast(null as double) as chance,
        cast(null as decimal(28,4)) as value,
        evenings.day
    from evenings
    inner join cells on evenings.day_before = cells.made_date
    union all
    select
        dimensions.dimension,
        dimensions.part,
        turns.stage,
        case when turns.turn = 'reopened' then 'made' else turns.turn end as turn,
        1 as subjects,
        cast(null as bigint) as valued,
        cast(null as double) as chance,
        cast(turns.value as decimal(28,4)) as value,
        evenings.day
    from evenings
    inner join funnel.pipeline_turns as turns
        on turns.day > evenings.day_before and turns.day <= evenings.day
    inner join funnel.deal_dimensions as dimensions
        on turns.opportunity_id = dimensions.opportunity_id
    where dimensions.dimension <> '(all)'
),

summed as (
    select
        dimension,
        part,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        coalesce(sum(subjects) filter (where turn = 'open'), 0) as open,
        coalesce(sum(subjects) filter (where turn = 'open before'), 0) as open_before,
        coalesce(sum(valued), 0) as valued,
        coalesce(sum(subjects) filter (where chance >= $likely_chance), 0) as open_likely,
        coalesce(sum(subjects) filter (where turn = 'made'), 0) as made,
        coalesce(sum(subjects) filter (where turn = 'moved'), 0) as moved_in,
        coalesce(sum(subjects) filter (where turn = 'moved on'), 0) as moved_on,
        coalesce(sum(subjects) filter (where turn = 'won'), 0) as won,
        coalesce(sum(subjects) filter (where turn = 'lost'), 0) as lost,
        cast(coalesce(sum(value) filter (where turn = 'open'), 0) as decimal(28,4)) as value,
        cast(coalesce(sum(value) filter (where turn = 'won'), 0) as decimal(28,4)) as won_value,
        case when count(chance) > 0 or sum(subjects) filter (where turn = 'open') is null
            then coalesce(exact_sum(chance * cast(value as double)), 0.0) end as weighted_value,
        day
    from told
    where day >= $as_of - $pipeline_days
    group by grouping sets ((dimension, part, day, stage), (dimension, part, day))
)

select * from summed
