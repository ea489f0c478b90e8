with

estimates as (
    select * from identity.rule_estimates
),

-- Rules that find more matches know more.
averages as (
    select
        kind,
        field,
        level,
        exact_sum(inside * matches) / exact_sum(matches) as m
    from estimates
    group by kind, field, level
),

-- By chance: over all random pairs, half a pair added to every level.
chances as (
    select
        patterns.kind,
        fields.field,
        cast(substr(patterns.pattern, fields.place, 1) as bigint) as level,
        sum(patterns.random_pairs) as pairs
    from identity.patterns as patterns
    cross join reference.match_fields as fields
    where substr(patterns.pattern, fields.place, 1) <> '0'
    group by patterns.kind, fields.field, fields.place, substr(patterns.pattern, fields.place, 1)
),

totals as (
    select
        kind,
        field,
        sum(pairs) as pairs,
        count(*) as levels
    from chances
    group by kind, field
),

proposed as (
    select
        averages.kind,
        averages.field,
        averages.level,
        averages.m,
        (coalesce(chances.pairs, 0) + 0.5) / (totals.pairs + 0.5 * totals.levels) as u
    from averages
    inner join totals on averages.kind = totals.kind and averages.field = totals.field
    left join chances
        on averages.kind = chances.kind
            and averages.field = chances.field
            and averages.level = chances.level
)

select * from proposed
