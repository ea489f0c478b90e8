with

visits as (
    select * from funnel.stage_visits
),

-- Who was captured later had touches before, but was no lead yet.
known as (
    select lead_id
    from identity.leads
    where cast(captured_at at time zone $time_zone as date) <= $as_of
),

steps as (
    select
        visits.path,
        visits.lead_id,
        visits.ordinal,
        visits.entered_at
    from known
    inner join visits on known.lead_id = visits.lead_id
    where visits.ordinal > 0
),

now as (
    select
        path,
        lead_id,
        ordinal
    from visits
    where exited_at is null and next_stage is null
),

-- A lead that reached a stage has reached all before it, seen there or not.
reached as (
    select
        steps.path,
        steps.lead_id,
        paths.stage,
        paths.ordinal,
        sum(case when steps.ordinal = paths.ordinal then 1 else 0 end) = 0 as is_imputed,
        min(steps.entered_at) as reached_at
    from steps
    inner join reference.stage_paths as paths
        on steps.path = paths.path and steps.ordinal >= paths.ordinal
    group by steps.path, steps.lead_id, paths.stage, paths.ordinal
),

stages as (
    select
        reached.path,
        reached.lead_id,
        reached.stage,
        reached.ordinal,
        reached.is_imputed,
        coalesce(now.ordinal >= reached.ordinal, false) as is_current,
        reached.reached_at,
        in_order.in_order_at
    from reached
    left join funnel.ordered_entries as in_order
        on reached.path = in_order.path
            and reached.lead_id = in_order.lead_id
            and reached.ordinal = in_order.ordinal
    left join now on reached.path = now.path and reached.lead_id = now.lead_id
)

select * from stages
