with

paths as (
    select
        anchor,
        string_to_array(path, ' > ') as channels,
        conversions,
        nulls,
        value
    from journey.paths
),

effects as (
    select
        anchor,
        1 as markov_order,
        unnest(removal_effects(channels, conversions, nulls, value, 1)) as effect
    from paths
    group by anchor
    union all
    select
        anchor,
        2 as markov_order,
        unnest(removal_effects(channels, conversions, nulls, value, 2)) as effect
    from paths
    group by anchor
    union all
    select
        anchor,
        3 as markov_order,
        unnest(removal_effects(channels, conversions, nulls, value, 3)) as effect
    from paths
    group by anchor
    union all
    select
        anchor,
        4 as markov_order,
        unnest(removal_effects(channels, conversions, nulls, value, 4)) as effect
    from paths
    group by anchor
),

named as (
    select
        anchor,
        markov_order,
        replace(replace(effect['state'], '%3E', '>'), '%25', '%') as channel,
        effect['effect'] as effect,
        effect['reward_effect'] as value_effect
    from effects
)

select * from named
