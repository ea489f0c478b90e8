with recursive

steps as (
    select
        path,
        lead_id,
        ordinal,
        entered_at
    from funnel.stage_visits
    where ordinal > 0
),

firsts as (
    select
        path,
        lead_id,
        ordinal,
        min(entered_at) as entered_at
    from steps
    group by path, lead_id, ordinal
),

compared as (
    select
        *,
        coalesce(lag(ordinal) over track, 0) as ordinal_before,
        lag(entered_at) over track as entered_before
    from firsts
    window track as (partition by path, lead_id order by ordinal)
),

judged as (
    select
        *,
        case
            when ordinal = ordinal_before + 1 and coalesce(entered_at >= entered_before, true) then 0
            else 1
        end as break
    from compared
),

numbered as (
    select
        *,
        sum(break) over (partition by path, lead_id order by ordinal) as breaks
    from judged
),

-- As long as no stage is skipped and none was first entered before the one ahead of it, the first entries are in order.
straight as (
    select
        path,
        lead_id,
        ordinal,
        entered_at
    from numbered
    where breaks = 0
),

-- Whoever was in a stage too early may have come back to it. They are few, and a recursion holds all its rows in memory.
early as (
    select
        path,
        lead_id,
        ordinal_before as ordinal,
        entered_before as entered_at
    from numbered
    where breaks = 1 and ordinal = ordinal_before + 1 and entered_at < entered_before
),

early_steps as (
    select steps.*
    from early
    inner join steps on early.path = steps.path and early.lead_id = steps.lead_id
    where steps.ordinal > early.ordinal
),

-- Each stage after the one before it: the first entry that is not earlier.
returned as (
    select
        path,
        lead_id,
        ordinal,
        entered_at,
        false as is_return
    from early
    union all
    select
        steps.path,
        steps.lead_id,
        steps.ordinal,
        min(steps.entered_at) as entered_at,
        true as is_return
    from returned
    inner join early_steps as steps
        on returned.path = steps.path
            and returned.lead_id = steps.lead_id
            and returned.ordinal + 1 = steps.ordinal
    where steps.entered_at >= returned.entered_at
    group by steps.path, steps.lead_id, steps.ordinal
)

select
    path,
    lead_id,
    ordinal,
    entered_at as in_order_at
from straight
union all
select
    path,
    lead_id,
    ordinal,
    entered_at as in_order_at
from returned
where is_return
