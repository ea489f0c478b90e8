with

replicates as (
    select unnest(range(1, $bootstrap_replicates + 1)) as replicate
),

-- A run of one channel is one state: as few paths as possible are drawn.
paths as (
    select
        anchor,
        collapse_runs(path, ' > ') as path,
        sum(conversions) as conversions,
        sum(nulls) as nulls
    from journey.paths
    group by anchor, collapse_runs(path, ' > ')
),

drawn as (
    select
        paths.anchor,
        replicates.replicate,
        string_to_array(paths.path, ' > ') as channels,
        poisson_draw(
            paths.conversions, concat(paths.anchor, ' conversion ', paths.path), replicates.replicate
        ) as conversions,
        poisson_draw(
            paths.nulls, concat(paths.anchor, ' null ', paths.path), replicates.replicate
        ) as nulls
    from paths
    cross join replicates
),

effects as (
    select
        anchor,
        replicate,
        sum(conversions) as conversions,
        removal_effects(channels, conversions, nulls, 0, 1) as effects
    from drawn
    group by anchor, replicate
),

channels as (
    select
        anchor,
        replicate,
        conversions,
        unnest(effects) as effect
    from effects
),

sums as (
    select
        anchor,
        replicate,
        exact_sum(effect['effect']) as effect
    from channels
    group by anchor, replicate
),

credited as (
    select
        channels.anchor,
        replace(replace(channels.effect['state'], '%3E', '>'), '%25', '%') as channel,
        channels.effect['effect'] / sums.effect * cast(channels.conversions as double)
            as conversions
    from channels
    inner join sums
        on channels.anchor = sums.anchor and channels.replicate = sums.replicate
),

intervals as (
    select
        'markov_1' as model,
        anchor,
        channel,
        count(*) as replicates,
        percentile_cont(0.025) within group (order by conversions) as lower,
        percentile_cont(0.5) within group (order by conversions) as median,
        percentile_cont(0.975) within group (order by conversions) as upper
    from credited
    group by anchor, channel
)

select * from intervals
