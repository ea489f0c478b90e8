with

trees as (
    select
        rules_version,
        array_agg(
            named_struct(
                'node', node, 'parent', parent_node, 'lower', min_points, 'upper', max_points
            )
        ) as bounds
    from scoring.score_bounds
    group by rules_version
),

thresholds as (
    select array_agg(cast(threshold as decimal(18,4))) as thresholds
    from (
        select min_total as threshold from reference.score_grades
        union all
        select keep_total as threshold from reference.score_grades
        union all
        select $mql_threshold as threshold
        union all
        select $sql_threshold as threshold
    )
),

moments as (
    select array_agg(moment) as moments from scoring.score_moments
),

asked as (
    select
        lead_id,
        array_agg(moment) as moments
    from scoring.lead_moments
    group by lead_id
),

earned as (
    select
        rules_version,
        lead_id,
        array_agg(
            named_struct(
                'at', seen_at,
                'until', until_at,
                'points', points,
                'half_life_days', half_life_days,
                'node', node
            )
        ) as impulses
    from scoring.earned_points
    group by rules_version, lead_id
),

-- The rows of the settings are few and stand left, where they are held in memory.
levels as (
    select
        earned.rules_version,
        earned.lead_id,
        unnest(
            decaying_levels(
                earned.impulses,
                trees.bounds,
                thresholds.thresholds,
                array_concat(moments.moments, asked.moments)
            )
        ) as level
    from thresholds
    cross join moments
    cross join trees
    inner join earned on trees.rules_version = earned.rules_version
    inner join asked on earned.lead_id = asked.lead_id
)

select
    levels.rules_version,
    levels.lead_id,
    levels.level['is_change'] as is_change,
    levels.level['branches'][1] as fit,
    levels.level['branches'][2] as behaviour,
    levels.level['level'] as total,
    levels.level['at'] as told_at
from levels
inner join identity.leads as leads on levels.lead_id = leads.lead_id
-- What happened before a lead was known counts from the moment at which it was.
where levels.level['at'] >= leads.captured_at
