with

rules as (
    select * from reference.score_rules
),

placed as (
    select
        sources.rules_version,
        rules.signal,
        rules.value,
        rules.score_group,
        rules.points,
        rules.decay,
        rules.decay_days,
        rules.decay_steps,
        rules.max_times,
        rules.within_days,
        rules.max_points,
        row_number() over (
            partition by sources.rules_version, rules.signal, rules.value
            order by sources.distance
        ) as place
    from scoring.version_rows as sources
    inner join rules on sources.row_version = rules.rules_version
)

select
    rules_version,
    signal,
    value,
    score_group,
    decay,
    points,
    decay_days,
    decay_steps,
    max_times,
    within_days,
    max_points,
    -- Below the bounds of reference.score_bounds, of which there are fewer.
    cast(
        1000 + row_number() over (partition by rules_version order by signal, value) as bigint
    ) as node
from placed
where place = 1 and points <> 0
