with

judged as (
    select
        segment,
        split,
        is_reached
    from prediction.units
    where is_judged and segment <> '(unknown)'
    union all
    select
        '(all)' as segment,
        split,
        is_reached
    from prediction.units
    where is_judged
),

counted as (
    select
        segment as scope,
        count(*) as leads,
        count(*) filter (where is_reached) as reached,
        count(distinct case when split = 'train' then cast(is_reached as bigint) end) as train_kinds,
        count(distinct case when split = 'calibrate' then cast(is_reached as bigint) end)
            as calibrate_kinds
    from judged
    group by segment
)

select
    scope,
    leads,
    reached,
    leads >= $prediction_min_leads
        and reached >= $prediction_min_reached
        and leads - reached >= $prediction_min_reached
        and train_kinds = 2
        and calibrate_kinds = 2 as is_enough
from counted
