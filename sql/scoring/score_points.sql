with

bounds as (
    select * from scoring.score_bounds
),

-- Each rule with the bounds above it.
rules as (
    select
        rules.rules_version,
        rules.node,
        groups.node as group_node,
        halves.node as half_node,
        groups.bound as score_group,
        halves.bound as half,
        coalesce(rules.min_points, cast(-99999999999999 as decimal(18,4))) as rule_min,
        coalesce(rules.max_points, cast(99999999999999 as decimal(18,4))) as rule_max,
        coalesce(groups.min_points, cast(-99999999999999 as decimal(18,4))) as group_min,
        coalesce(groups.max_points, cast(99999999999999 as decimal(18,4))) as group_max,
        coalesce(halves.min_points, cast(-99999999999999 as decimal(18,4))) as half_min,
        coalesce(halves.max_points, cast(99999999999999 as decimal(18,4))) as half_max,
        coalesce(totals.min_points, cast(-99999999999999 as decimal(18,4))) as total_min,
        coalesce(totals.max_points, cast(99999999999999 as decimal(18,4))) as total_max
    from bounds as rules
    inner join bounds as groups
        on rules.rules_version = groups.rules_version and rules.parent_node = groups.node
    inner join bounds as halves
        on groups.rules_version = halves.rules_version and groups.parent_node = halves.node
    inner join bounds as totals
        on halves.rules_version = totals.rules_version and halves.parent_node = totals.node
),

-- What is left of each point at the moment; a step takes its parts one after the other.
rests as (
    select
        moments.lead_id,
        moments.told_at,
        moments.rules_version,
        moments.is_latest,
        earned.node,
        earned.signal,
        earned.value,
        earned.evidence_id,
        earned.seen_at,
        sum(earned.points) as points,
        sum(
            case
                when earned.until_at <= moments.told_at then cast(0 as decimal(18,4))
                else decayed(
                    earned.points, earned.seen_at, moments.told_at, earned.half_life_days
                )
            end
        ) as rest
    from scoring.explained_moments as moments
    inner join scoring.earned_points as earned
        on moments.lead_id = earned.lead_id and moments.rules_version = earned.rules_version
    where earned.known_at <= moments.told_at
    group by
        moments.lead_id,
        moments.told_at,
        moments.rules_version,
        moments.is_latest,
        earned.node,
        earned.signal,
        earned.value,
        earned.evidence_id,
        earned.seen_at
),

-- The sums run over rows that carry no bounds: they are sorted, bounds are few.
ruled as (
    select
        rests.*,
        rules.group_node,
        rules.half_node
    from rules
    inner join rests on rules.rules_version = rests.rules_version and rules.node = rests.node
),

in_rule as (
    select
        *,
        sum(rest) over (
            partition by lead_id, told_at, half_node, group_node, node
            order by seen_at, evidence_id
        ) as running
    from ruled
),

-- Bounds cut what comes last: a row brings what the bounded sum gains by it. All four sums run over one order.
bounded as (
    select
        in_rule.*,
        rules.score_group,
        rules.half,
        rules.rule_min,
        rules.rule_max,
        rules.group_min,
        rules.group_max,
        rules.half_min,
        rules.half_max,
        rules.total_min,
        rules.total_max
    from rules
    inner join in_rule
        on rules.rules_version = in_rule.rules_version and rules.node = in_rule.node
),

by_rule as (
    select
        *,
        least(greatest(running, rule_min), rule_max)
        - least(greatest(running - rest, rule_min), rule_max) as kept
    from bounded
),

in_group as (
    select
        *,
        sum(kept) over (
            partition by lead_id, told_at, half_node, group_node
            order by node, seen_at, evidence_id
        ) as group_running
    from by_rule
),

by_group as (
    select
        *,
        least(greatest(group_running, group_min), group_max)
        - least(greatest(group_running - kept, group_min), group_max) as group_kept
    from in_group
),

in_half as (
    select
        *,
        sum(group_kept) over (
            partition by lead_id, told_at, half_node
            order by group_node, node, seen_at, evidence_id
        ) as half_running
    from by_group
),

by_half as (
    select
        *,
        least(greatest(half_running, half_min), half_max)
        - least(greatest(half_running - group_kept, half_min), half_max) as half_kept
    from in_half
),

in_total as (
    select
        *,
        sum(half_kept) over (
            partition by lead_id, told_at
            order by half_node, group_node, node, seen_at, evidence_id
        ) as total_running
    from by_half
)

select
    lead_id,
    signal,
    value,
    evidence_id,
    half,
    score_group,
    rules_version,
    is_latest,
    cast(points as decimal(18,4)) as points,
    cast(rest as decimal(18,4)) as decayed,
    cast(
        least(greatest(total_running, total_min), total_max)
        - least(greatest(total_running - half_kept, total_min), total_max) as decimal(18,4)
    ) as counted,
    seen_at,
    told_at
from in_total
