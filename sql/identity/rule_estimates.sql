with

sessions as (
    select
        rules.rule,
        levels.kind,
        levels.pattern,
        count(*) as mixed
    from identity.pair_levels as levels
    inner join reference.blocking_rules as rules
        on (levels.rules >> rules.place) & 1 = 1
    where levels.origin = 'blocked' and rules.is_telling
    group by rules.rule, levels.kind, levels.pattern
),

-- What a rule makes equal says nothing among the pairs it finds.
patterns as (
    select
        rule,
        kind,
        pattern,
        mixed,
        0 as background
    from sessions
    union all
    select
        rules.rule,
        patterns.kind,
        patterns.pattern,
        0,
        patterns.random_pairs
    from identity.patterns as patterns
    cross join reference.blocking_rules as rules
    where patterns.random_pairs > 0 and rules.is_telling
),

masked as (
    select
        patterns.rule,
        patterns.kind,
        string_agg(
            case when contains(concat(' ', rules.fields, ' '), concat(' ', fields.field, ' '))
                then '0' else substr(patterns.pattern, fields.place, 1) end,
            '' order by fields.place
        ) as pattern,
        patterns.mixed,
        patterns.background
    from patterns
    inner join reference.blocking_rules as rules on patterns.rule = rules.rule
    cross join reference.match_fields as fields
    group by patterns.rule, patterns.kind, patterns.pattern, patterns.mixed, patterns.background
),

solved as (
    select
        rule,
        kind,
        unnest(latent_class(pattern, mixed, background)) as level,
        sum(mixed) as pairs
    from masked
    group by rule, kind
),

estimates as (
    select
        solved.rule,
        solved.kind,
        fields.field,
        solved.level['level'] as level,
        solved.level['inside'] as inside,
        solved.level['share'] * solved.pairs as matches
    from solved
    inner join reference.match_fields as fields on solved.level['variable'] = fields.place
    inner join reference.blocking_rules as rules on solved.rule = rules.rule
    where not contains(concat(' ', rules.fields, ' '), concat(' ', fields.field, ' '))
)

select * from estimates
