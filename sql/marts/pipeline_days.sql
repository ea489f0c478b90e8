with

totals as (
    select
        day,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        sum(subjects) as open,
        sum(subjects - step) as open_before,
        sum(valued) as valued,
        sum(case when chance >= $likely_chance then subjects else 0 end) as open_likely,
        cast(sum(value) as decimal(28,4)) as value,
        exact_sum(chance * cast(value as double)) as weighted_value
    from funnel.pipeline_evenings
    group by grouping sets ((day, stage), (day))
),

flows as (
    select
        day,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        count(*) filter (where turn in ('made', 'reopened')) as made,
        count(*) filter (where turn = 'moved') as moved_in,
        count(*) filter (where turn = 'moved on') as moved_on,
        count(*) filter (where turn = 'won') as won,
        count(*) filter (where turn = 'lost') as lost,
        sum(value) filter (where turn = 'won') as won_value
    from funnel.pipeline_turns
    group by grouping sets ((day, stage), (day))
),

targets as (
    select
        month,
        cast(sum(value) as double) as target
    from reference.targets
    where metric = 'revenue' and currency = $reporting_currency
    group by month
),

everybody as (
    select
        '(all)' as dimension,
        '(all)' as part,
        totals.stage,
        totals.open,
        totals.open_before,
        totals.valued,
        totals.open_likely,
        coalesce(flows.made, 0) as made,
        coalesce(flows.moved_in, 0) as moved_in,
        coalesce(flows.moved_on, 0) as moved_on,
        coalesce(flows.won, 0) as won,
        coalesce(flows.lost, 0) as lost,
        totals.value,
        cast(coalesce(flows.won_value, 0) as decimal(28,4)) as won_value,
        totals.weighted_value,
        totals.day
    from totals
    left join flows on totals.day = flows.day and totals.stage = flows.stage
),

told as (
    select * from everybody
    union all
    select
        dimension,
        part,
        stage,
        open,
        open_before,
        valued,
        open_likely,
        made,
        moved_in,
        moved_on,
        won,
        lost,
        value,
        won_value,
        weighted_value,
        day
    from funnel.pipeline_parts
),

aimed as (
    select
        told.*,
        case when told.dimension = '(all)' and told.stage = '(all)' then targets.target end
            as target
    from told
    left join targets on to_char(told.day, '%Y-%m') = targets.month
)

select
    dimension,
    part,
    stage,
    cast($reporting_currency as text) as currency,
    open,
    open_before,
    valued,
    open_likely,
    open - open_likely as open_weak,
    made,
    moved_in,
    moved_on,
    won,
    lost,
    value,
    won_value,
    weighted_value,
    target,
    weighted_value / target as coverage,
    day
from aimed
