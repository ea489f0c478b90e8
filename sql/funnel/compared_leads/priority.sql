with

crossed as (
    select
        qualifications.lead_id,
        leads.channel,
        coalesce(windows.window_days, $window_days) as window_days,
        qualifications.qualified_at as crossed_at,
        cast(qualifications.qualified_at at time zone $time_zone as date) as crossed_date
    from funnel.lead_windows as windows
    right join funnel.qualifications as qualifications
        on windows.lead_id = qualifications.lead_id
    inner join identity.leads as leads on qualifications.lead_id = leads.lead_id
    where qualifications.stage = 'mql' and qualifications.rule_kind = 'score'
),

-- Whoever was beside the path at that moment was nobody's to call.
aside as (
    select distinct crossed.lead_id
    from funnel.side_visits as visits
    inner join crossed on visits.lead_id = crossed.lead_id
    where visits.entered_at <= crossed.crossed_at
        and (visits.exited_at is null or visits.exited_at > crossed.crossed_at)
),

-- Called first because of its points, or at least soon after it had them.
called as (
    select
        crossed.lead_id,
        min(attempts.occurred_at) as called_at
    from crossed
    inner join funnel.attempts as attempts on crossed.lead_id = attempts.lead_id
    where attempts.occurred_at >= crossed.crossed_at
    group by crossed.lead_id
),

goals as (
    select stage as goal from reference.stages where stage in ('sql', 'won')
),

dated as (
    select
        crossed.*,
        goals.goal,
        coalesce(
            called.called_at <= crossed.crossed_at + interval '1 day', false
        ) as is_called
    from goals
    cross join crossed
    left join called on crossed.lead_id = called.lead_id
    left join aside on crossed.lead_id = aside.lead_id
    where aside.lead_id is null and $as_of - crossed.crossed_date >= crossed.window_days
)

select
    'within a day' as trial,
    dated.lead_id,
    dated.goal,
    case when dated.is_called then 'treated' else 'held_out' end as arm,
    dated.channel,
    left(cast(dated.crossed_date as text), 7) as band,
    coalesce(
        cast(stages.reached_at at time zone $time_zone as date) - dated.crossed_date
            <= dated.window_days,
        false
    ) as is_reached
from dated
left join funnel.lead_stages as stages
    on dated.lead_id = stages.lead_id
        and dated.goal = stages.stage
        and stages.path = $stage_path
where stages.reached_at is null or stages.reached_at >= dated.crossed_at
