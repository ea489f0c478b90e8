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

shares as (
    select
        anchor,
        'exact_set' as game,
        unnest(shapley_values(channels, conversions, nulls, value, 'exact_set')) as share
    from paths
    group by anchor
    union all
    select
        anchor,
        'exact_sequence' as game,
        unnest(shapley_values(channels, conversions, nulls, value, 'exact_sequence')) as share
    from paths
    group by anchor
    union all
    select
        anchor,
        'subset' as game,
        unnest(shapley_values(channels, conversions, nulls, value, 'subset')) as share
    from paths
    group by anchor
),

named as (
    select
        anchor,
        game,
        replace(replace(share['player'], '%3E', '>'), '%25', '%') as channel,
        share['value'] as conversions,
        share['reward_value'] as value
    from shares
)

select * from named
