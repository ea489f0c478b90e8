with

stages as (
    select
        *,
        cast(reached_at at time zone $time_zone as date) as reached_date,
        cast(in_order_at at time zone $time_zone as date) as in_order_date
    from funnel.lead_stages
),

ends as (
    select
        visits.path,
        visits.lead_id,
        stages.kind as end_kind
    from reference.stages as stages
    inner join funnel.stage_visits as visits on stages.stage = visits.stage
    where visits.next_stage is null
),

paired as (
    select
        stages.path,
        stages.lead_id,
        stages.stage,
        stages.ordinal,
        stages.is_imputed,
        stages.is_current,
        next.stage is not null as is_followed,
        next.is_imputed as is_next_imputed,
        next.is_current as is_next_current,
        starts.reached_date as started_date,
        stages.reached_date as entered_date,
        next.reached_date as next_date,
        stages.in_order_date as entered_in_order_date,
        next.in_order_date as next_in_order_date
    from stages
    inner join stages as starts
        on stages.path = starts.path
            and stages.lead_id = starts.lead_id
            and starts.ordinal = 1
    left join stages as next
        on stages.path = next.path
            and stages.lead_id = next.lead_id
            and stages.ordinal + 1 = next.ordinal
),

-- Why a lead has not gone on: it is closed or put aside, nothing has moved for long, or it is under way.
members as (
    select
        paired.path,
        paired.lead_id,
        paired.stage,
        case
            when paired.is_followed then 'reached'
            when ends.end_kind = 'end' then 'closed'
            when ends.end_kind = 'side' then 'aside'
            when activity.silent_days > $silent_days then 'silent'
            else 'open'
        end as outcome,
        paired.ordinal,
        paired.is_imputed,
        paired.is_current,
        coalesce(paired.is_next_imputed, false) as is_next_imputed,
        coalesce(paired.is_next_current, false) as is_next_current,
        paired.started_date,
        paired.entered_date,
        paired.next_date,
        paired.entered_in_order_date,
        paired.next_in_order_date
    from paired
    inner join funnel.lead_activity as activity on paired.lead_id = activity.lead_id
    left join ends on paired.path = ends.path and paired.lead_id = ends.lead_id
)

select * from members
