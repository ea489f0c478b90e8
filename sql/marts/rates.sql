with

members as (
    select * from marts.rate_members
),

counted as (
    select
        rate,
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        count(*) as members,
        count(*) filter (where is_judged) as denominator,
        count(*) filter (where is_reached) as numerator,
        count(*) filter (where is_ever_reached) as ever_reached
    from members
    group by grouping sets ((rate, channel, month), (rate, channel), (rate, month), (rate))
),

rates as (
    select
        counted.rate,
        counted.channel,
        counted.month,
        definitions.population,
        counted.members,
        counted.denominator,
        counted.numerator,
        counted.ever_reached,
        cast(counted.numerator as double) / nullif(cast(counted.denominator as double), 0.0)
            as value,
        wilson_interval(counted.numerator, counted.denominator)['lower'] as lower,
        wilson_interval(counted.numerator, counted.denominator)['upper'] as upper,
        1.0 - cast(counted.denominator as double) / cast(counted.members as double)
            as unjudged_share,
        definitions.benchmark
    from counted
    inner join reference.rates as definitions on counted.rate = definitions.rate
)

select * from rates
