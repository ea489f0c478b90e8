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

-- Nobody is qualified before being a lead.
scored as (
    select
        crossings.lead_id,
        crossings.stage,
        'score' as rule_kind,
        cast(null as text) as changed_by,
        crossings.crossed_at as qualified_at
    from scoring.crossings as crossings
    inner join reachable on crossings.lead_id = reachable.lead_id
    where reachable.has_contact and reachable.is_allowed
),

qualified as (
    select * from recorded
    union all
    select * from scored
),

placed as (
    select
        *,
        row_number() over (
            partition by lead_id, told_at order by counted desc, signal, evidence_id
        ) as place
    from scoring.score_points
    where counted > 0
),

reasons as (
    select
        lead_id,
        told_at,
        string_agg(concat(signal, ' ', value, ' ', round(counted, 1)), ', ' order by place) as reasons
    from placed
    where place <= 3
    group by lead_id, told_at
),

current_rules as (
    select rules_version from scoring.rule_versions where is_current
),

-- The score at that moment says what the rules would have said of it, human or not.
valued as (
    select
        qualified.*,
        moments.rules_version,
        moments.total,
        reasons.reasons
    from qualified
    left join scoring.explained_moments as moments
        on qualified.lead_id = moments.lead_id and qualified.qualified_at = moments.told_at
    left join reasons
        on qualified.lead_id = reasons.lead_id and qualified.qualified_at = reasons.told_at
)

select
    valued.lead_id,
    valued.stage,
    valued.rule_kind,
    valued.changed_by,
    coalesce(valued.rules_version, current_rules.rules_version) as rules_version,
    coalesce(valued.reasons, '') as reasons,
    cast(coalesce(valued.total, 0) as decimal(18,4)) as score,
    valued.qualified_at
-- The small side stands left, where it is held in memory.
from current_rules
cross join valued
