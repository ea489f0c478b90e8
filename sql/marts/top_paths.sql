with

ranked as (
    select
        *,
        row_number() over (
            partition by anchor
            order by conversions desc, value desc, path
        ) as rank
    from journey.paths
    where conversions > 0
),

totals as (
    select
        anchor,
        sum(conversions) as conversions
    from journey.paths
    group by anchor
),

top_paths as (
    select
        ranked.anchor,
        cast(ranked.rank as bigint) as rank,
        ranked.path,
        ranked.steps,
        ranked.conversions,
        ranked.value,
        ranked.nulls,
        cast(ranked.conversions as double) / cast(totals.conversions as double) as share,
        cast(ranked.conversions as double) / cast(ranked.conversions + ranked.nulls as double)
            as conversion_rate,
        wilson_interval(ranked.conversions, ranked.conversions + ranked.nulls)['lower'] as lower,
        wilson_interval(ranked.conversions, ranked.conversions + ranked.nulls)['upper'] as upper
    from ranked
    inner join totals on ranked.anchor = totals.anchor
    where ranked.rank <= $top_paths
)

select * from top_paths
