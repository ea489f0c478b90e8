with

history as (
    select * from scoring.score_history
),

decided as (
    select
        members.lead_id,
        events.stage as reason,
        events.entered_at as told_at
    from entities.stage_events as events
    inner join identity.members as members
        on concat('lead:', events.record_id) = members.contact_id
    where members.lead_id is not null and events.stage in ('mql', 'sql')
),

asked as (
    select lead_id, stage as reason, crossed_at as told_at from scoring.crossings
    union all
    select lead_id, reason, told_at from decided
    union all
    select history.lead_id, 'as_of' as reason, history.told_at
    from scoring.score_moments as moments
    inner join history on moments.moment = history.told_at
    where moments.kind = 'as_of'
),

explained as (
    select
        lead_id,
        bool_or(reason = 'as_of') as is_latest,
        bool_or(reason = 'mql') as is_mql,
        bool_or(reason = 'sql') as is_sql,
        told_at
    from asked
    group by lead_id, told_at
)

select
    explained.lead_id,
    history.rules_version,
    explained.is_latest,
    explained.is_mql,
    explained.is_sql,
    history.total,
    explained.told_at
from explained
inner join history
    on explained.lead_id = history.lead_id and explained.told_at = history.told_at
