with

counted as (
    select
        rate,
        dimension,
        part,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(members) as members,
        sum(denominator) as denominator,
        sum(numerator) as numerator,
        sum(ever_reached) as ever_reached,
        sum(imputed) as imputed,
        sum(covered) as covered,
        kaplan_meier(
            least(days, $window_days),
            case when days <= $window_days then ever_reached else 0 end,
            members - case when days <= $window_days then ever_reached else 0 end
        )[-1] as waiting
    from funnel.rate_counts
    group by grouping sets ((rate, dimension, part, month), (rate, dimension, part))
),

-- What the parts of a dimension have in common: a part of few is drawn to it, one of many stands.
sums as (
    select
        rate,
        dimension,
        part,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from funnel.rate_counts
    group by grouping sets ((rate, dimension, part, month), (rate, dimension, part))
),

priors as (
    select
        rate,
        dimension,
        month,
        beta_prior(numerator, denominator) as prior
    from sums
    group by rate, dimension, month
),

shrunk as (
    select
        counted.*,
        priors.prior['mean'] as mean,
        priors.prior['dispersion'] as dispersion
    from counted
    left join priors
        on counted.rate = priors.rate
            and counted.dimension = priors.dimension
            and counted.month = priors.month
),

valued as (
    select
        shrunk.rate,
        shrunk.dimension,
        shrunk.part,
        shrunk.month,
        definitions.population,
        shrunk.members,
        shrunk.denominator,
        shrunk.numerator,
        shrunk.ever_reached,
        cast(shrunk.numerator as double) / nullif(cast(shrunk.denominator as double), 0.0)
            as value,
        wilson_interval(shrunk.numerator, shrunk.denominator)['lower'] as lower,
        wilson_interval(shrunk.numerator, shrunk.denominator)['upper'] as upper,
        case when definitions.is_timed then 1.0 - waiting['survival'] end as km_value,
        case when definitions.is_timed then 1.0 - waiting['upper'] end as km_lower,
        case when definitions.is_timed then 1.0 - waiting['lower'] end as km_upper,
        (shrunk.mean + cast(shrunk.numerator as double) * shrunk.dispersion)
            / (1.0 + cast(shrunk.denominator as double) * shrunk.dispersion) as shrunk_value,
        case when shrunk.dispersion > 0.0 then beta_quantile(
            0.025,
            shrunk.mean / shrunk.dispersion + cast(shrunk.numerator as double),
            (1.0 - shrunk.mean) / shrunk.dispersion
                + cast(shrunk.denominator - shrunk.numerator as double)
        ) end as shrunk_lower,
        case when shrunk.dispersion > 0.0 then beta_quantile(
            0.975,
            shrunk.mean / shrunk.dispersion + cast(shrunk.numerator as double),
            (1.0 - shrunk.mean) / shrunk.dispersion
                + cast(shrunk.denominator - shrunk.numerator as double)
        ) end as shrunk_upper,
        1.0 - cast(shrunk.denominator as double) / cast(shrunk.members as double)
            as unjudged_share,
        cast(shrunk.imputed as double) / nullif(cast(shrunk.ever_reached as double), 0.0)
            as imputed_share,
        cast(shrunk.covered as double) / cast(shrunk.members as double) as covered_share,
        shrunk.denominator < $low_count as is_low_count,
        benchmarks.value as benchmark
    from shrunk
    inner join reference.rates as definitions on shrunk.rate = definitions.rate
    left join reference.benchmarks as benchmarks
        on shrunk.rate = benchmarks.metric
            and case when shrunk.dimension = 'segment' then shrunk.part else '(all)' end
                = benchmarks.segment
),

-- A figure that others quote is above or below only where the interval leaves it out.
rates as (
    select
        *,
        case
            when lower > benchmark then 'above'
            when upper < benchmark then 'below'
            when benchmark is not null and value is not null then 'not told apart'
        end as against_benchmark
    from valued
)

select * from rates
