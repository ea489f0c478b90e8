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

-- Whom nobody could reach then, or may reach, is not qualified by points.
scored as (
    select
        crossings.lead_id,
        crossings.stage,
        'score' as rule_kind,
        cast(null as text) as changed_by,
        crossings.crossed_at as qualified_at
    from scoring.crossings as crossings
    inner join funnel.way_counts as ways
        on crossings.lead_id = ways.lead_id
            and crossings.crossed_at >= ways.from_at
            and (ways.until_at is null or crossings.crossed_at < ways.until_at)
    where ways.is_reachable
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

-- The score at that moment says what the rules would have said of it, human or not.
valued as (
    select
        qualified.*,
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
    versions.rules_version,
    coalesce(valued.reasons, '') as reasons,
    cast(coalesce(valued.total, 0) as decimal(18,4)) as score,
    valued.qualified_at
-- The small side stands left, where it is held in memory.
from scoring.rule_versions as versions
inner join valued
    on versions.is_approved
        and (versions.from_at is null or valued.qualified_at >= versions.from_at)
        and (versions.until_at is null or valued.qualified_at < versions.until_at)
