with

recorded as (
    select
        lead_id,
        stage,
        'human' as rule_kind,
        min(changed_by) as changed_by,
        min(entered_at) as qualified_at
    from (
        select
            lead_id,
            stage,
            first_value(changed_by)
                over (partition by lead_id, stage order by entered_at) as changed_by,
            entered_at
        from funnel.recorded_stages
        where stage in ('mql', 'sql')
    )
    group by lead_id, stage
),

-- Points of one moment count together, whichever comes first.
moments as (
    select
        lead_id,
        scored_at,
        sum(points) as points
    from scoring.score_events
    group by lead_id, scored_at
),

running as (
    select
        lead_id,
        scored_at,
        sum(points) over (partition by lead_id order by scored_at) as total
    from moments
),

thresholds as (
    select 'mql' as stage, $mql_threshold as threshold
    union all
    select 'sql' as stage, $sql_threshold as threshold
),

crossings as (
    select
        running.lead_id,
        thresholds.stage,
        min(running.scored_at) as crossed_at
    from running
    inner join thresholds on running.total >= thresholds.threshold
    group by running.lead_id, thresholds.stage
),

-- Whom nobody can or may reach is not qualified by points: they need a contact and no refusal.
reachable as (
    select
        records.lead_id,
        bool_or(states.email_state in ('usable', 'unknown') or states.phone_state in ('usable', 'unknown'))
            as has_contact,
        bool_and(
            coalesce(lead_records.accepts_email, true) or coalesce(lead_records.accepts_calls, true)
        ) as is_allowed
    from identity.records as records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
    group by records.lead_id
),

versions as (
    select
        left(md5(string_agg(
            concat_ws(',', signal, value, half, cast(points as text), cast(max_times as text)),
            ';' order by signal, value
        )), 8) as rules_version
    from reference.score_points
),

-- Nobody is qualified before being a lead.
scored as (
    select
        crossings.lead_id,
        crossings.stage,
        'score' as rule_kind,
        cast(null as text) as changed_by,
        greatest(crossings.crossed_at, leads.captured_at) as qualified_at
    from crossings
    inner join identity.leads as leads on crossings.lead_id = leads.lead_id
    inner join reachable on crossings.lead_id = reachable.lead_id
    where reachable.has_contact and reachable.is_allowed
),

qualified as (
    select * from recorded
    union all
    select * from scored
),

-- The score at that moment says what the rules would have said of it, human or not.
valued as (
    select
        qualified.lead_id,
        qualified.stage,
        qualified.rule_kind,
        min(qualified.changed_by) as changed_by,
        coalesce(sum(moments.points), 0) as score,
        qualified.qualified_at
    from qualified
    left join moments
        on qualified.lead_id = moments.lead_id and moments.scored_at <= qualified.qualified_at
    group by qualified.lead_id, qualified.stage, qualified.rule_kind, qualified.qualified_at
)

select
    valued.lead_id,
    valued.stage,
    valued.rule_kind,
    valued.changed_by,
    versions.rules_version,
    cast(valued.score as bigint) as score,
    valued.qualified_at
-- The small side stands left, where it is held in memory.
from versions
cross join valued
