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

-- Branches are told in the order of their nodes.
halves as (
    select
        rules_version,
        cast(array_position(array_agg(bound order by node), 'fit') as bigint) as fit,
        cast(array_position(array_agg(bound order by node), 'behaviour') as bigint) as behaviour
    from scoring.score_bounds
    where parent = 'total'
    group by rules_version
),

marks as (
    select
        rules_version,
        threshold
    from scoring.score_thresholds
    union all
    select
        versions.rules_version,
        cast(unnest([grades.min_total, grades.keep_total]) as decimal(18,4)) as threshold
    from scoring.rule_versions as versions
    cross join reference.score_grades as grades
),

thresholds as (
    select rules_version, array_agg(threshold) as thresholds
    from marks
    group by rules_version
),

moments as (
    select array_agg(moment) as moments from scoring.score_moments
),

-- The points of a lead and the moments it is asked for, under every version. They are gathered in one go: lists are too large to be joined by lead.
told as (
    select
        rules_version,
        lead_id,
        named_struct(
            'at', known_at,
            'since', seen_at,
            'until', until_at,
            'points', points,
            'half_life_days', half_life_days,
            'node', node
        ) as impulse,
        cast(null as timestamptz) as moment
    from scoring.earned_points
    union all
    select
        versions.rules_version,
        moments.lead_id,
        null as impulse,
        moments.moment
    from scoring.rule_versions as versions
    cross join scoring.lead_moments as moments
),

gathered as (
    select
        rules_version,
        lead_id,
        array_agg(impulse) filter (where impulse is not null) as impulses,
        array_agg(moment) filter (where moment is not null) as moments,
        min(moment) as begun_at
    from told
    group by rules_version, lead_id
),

-- The rows of the settings are few and stand left, where they are held in memory.
levels as (
    select
        gathered.rules_version,
        gathered.lead_id,
        gathered.begun_at,
        halves.fit,
        halves.behaviour,
        unnest(
            decaying_levels(
                gathered.impulses,
                trees.bounds,
                thresholds.thresholds,
                array_concat(moments.moments, gathered.moments)
            )
        ) as level
    from moments
    cross join trees
    inner join halves on trees.rules_version = halves.rules_version
    inner join thresholds on trees.rules_version = thresholds.rules_version
    inner join gathered on trees.rules_version = gathered.rules_version
    where gathered.impulses is not null
)

-- Nobody asks before the first moment of a lead: its capture, or when somebody qualified what became it.
select
    rules_version,
    lead_id,
    level['is_change'] as is_change,
    level['is_moment'] as is_asked,
    level['branches'][fit] as fit,
    level['branches'][behaviour] as behaviour,
    level['level'] as total,
    level['at'] as told_at
from levels
where level['at'] >= begun_at
