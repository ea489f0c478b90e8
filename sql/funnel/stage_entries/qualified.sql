with

rules as (
    select 'mql' as stage, $mql_rule as rule_kind
    union all
    select 'sql' as stage, $sql_rule as rule_kind
),

qualifications as (
    select * from funnel.qualifications
),

-- People may qualify a lead again; points do it once.
by_people as (
    select
        recorded.lead_id,
        recorded.stage,
        recorded.evidence,
        recorded.time_precision,
        recorded.changed_by,
        recorded.entered_at
    from rules
    inner join funnel.recorded_stages as recorded on rules.stage = recorded.stage
    where rules.rule_kind = 'human'
),

by_points as (
    select
        qualifications.lead_id,
        qualifications.stage,
        qualifications.rules_version,
        qualifications.score,
        qualifications.qualified_at as entered_at
    from rules
    inner join qualifications on rules.stage = qualifications.stage
    where rules.rule_kind = 'score' and qualifications.rule_kind = 'score'
),

by_both as (
    select
        humans.lead_id,
        humans.stage,
        humans.changed_by,
        case
            when humans.qualified_at > points.qualified_at then humans.rules_version
            else points.rules_version
        end as rules_version,
        case
            when humans.qualified_at > points.qualified_at then humans.score else points.score
        end as score,
        greatest(humans.qualified_at, points.qualified_at) as entered_at
    from rules
    inner join qualifications as humans on rules.stage = humans.stage
    inner join qualifications as points
        on humans.lead_id = points.lead_id and humans.stage = points.stage
    where rules.rule_kind = 'both'
        and humans.rule_kind = 'human'
        and points.rule_kind = 'score'
),

entries as (
    select
        by_people.lead_id,
        by_people.stage,
        by_people.evidence,
        by_people.time_precision,
        by_people.changed_by,
        versions.rules_version,
        cast(coalesce(moments.total, 0) as decimal(18,4)) as score,
        by_people.entered_at
    from scoring.rule_versions as versions
    inner join by_people
        on versions.is_approved
            and (versions.from_at is null or by_people.entered_at >= versions.from_at)
            and (versions.until_at is null or by_people.entered_at < versions.until_at)
    left join scoring.explained_moments as moments
        on by_people.lead_id = moments.lead_id and by_people.entered_at = moments.told_at
    union all
    select
        lead_id,
        stage,
        'derived' as evidence,
        'second' as time_precision,
        cast(null as text) as changed_by,
        rules_version,
        score,
        entered_at
    from by_points
    union all
    select
        lead_id,
        stage,
        'derived' as evidence,
        'second' as time_precision,
        changed_by,
        rules_version,
        score,
        entered_at
    from by_both
)

select * from entries
