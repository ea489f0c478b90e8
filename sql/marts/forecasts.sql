with

-- What has no amount is worth what wins were.
valued as (
    select
        cells.*,
        cast(cells.value as double) as known,
        cast(cells.subjects - cells.valued as double) as unknown,
        cast(wins.wins as double) as wins,
        case when cells.subjects = cells.valued then 0.0 else wins.mean_value end as mean_value,
        case when cells.subjects = cells.valued then 0.0 else wins.mean_square end as mean_square,
        case when cells.subjects = cells.valued then 0.0 else wins.largest_value end
            as largest_value
    from funnel.forecast_cells as cells
    left join funnel.win_values as wins
        on cells.made_date = wins.made_date and cells.population = wins.population
),

-- Each is won or not, by a chance that is itself only known from so many before.
told as (
    select
        *,
        chance * (known + unknown * mean_value) as expected,
        chance * unknown as unknown_wins,
        chance * (1.0 - chance) * squares
            + unknown * (chance * mean_square - chance * mean_value * chance * mean_value)
            + (known + unknown * mean_value) * (known + unknown * mean_value)
                * chance * (1.0 - chance) / (watched + cast($chance_prior + 1 as double))
            as variance,
        known + unknown * largest_value as most
    from valued
),

summed as (
    select
        population,
        made_date,
        due_date,
        dimension,
        part,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        sum(subjects) as subjects,
        sum(valued) as valued,
        sum(won) as won,
        cast(sum(value) as decimal(28,4)) as value,
        cast(sum(won_value) as decimal(28,4)) as won_value,
        case when bool_and(chance is not null)
            then exact_sum(chance * cast(subjects as double)) end as expected_won,
        case when bool_and(expected is not null) then exact_sum(expected) end as expected_value,
        exact_sum(variance) as variance,
        exact_sum(unknown_wins) as unknown_wins,
        max(greatest(mean_square - mean_value * mean_value, 0.0) / wins) as mean_variance,
        exact_sum(most) as most
    from told
    group by grouping sets (
        (population, made_date, due_date, dimension, part, stage),
        (population, made_date, due_date, dimension, part)
    )
),

-- As a beta distribution between nothing and all of it, with that mean and that spread.
shares as (
    select
        *,
        expected_value / nullif(most, 0.0) as share,
        (variance + coalesce(unknown_wins * unknown_wins * mean_variance, 0.0))
            / nullif(most * most, 0.0) as spread
    from summed
),

shapes as (
    select
        *,
        case when share > 0.0 and share < 1.0
            then greatest(share * (1.0 - share) / nullif(spread, 0.0) - 1.0, 0.01) end as weight
    from shares
),

forecasts as (
    select
        population,
        dimension,
        part,
        stage,
        subjects,
        valued,
        won,
        cast($reporting_currency as text) as currency,
        value,
        won_value,
        expected_won,
        expected_value,
        coalesce(
            most * beta_quantile(0.1, share * weight, (1.0 - share) * weight), expected_value
        ) as p10,
        coalesce(
            most * beta_quantile(0.5, share * weight, (1.0 - share) * weight), expected_value
        ) as p50,
        coalesce(
            most * beta_quantile(0.9, share * weight, (1.0 - share) * weight), expected_value
        ) as p90,
        made_date,
        due_date
    from shapes
),

compared as (
    select
        *,
        cast(won_value as double) - expected_value as error,
        cast(won_value as double) between p10 and p90 as is_inside
    from forecasts
),

-- How often the interval held so far; eight of ten would be right.
held as (
    select
        population,
        dimension,
        part,
        stage,
        count(is_inside) as judged,
        count(*) filter (where is_inside) as inside
    from compared
    group by population, dimension, part, stage
)

select
    compared.population,
    compared.dimension,
    compared.part,
    compared.stage,
    compared.currency,
    compared.subjects,
    compared.valued,
    compared.won,
    compared.value,
    compared.won_value,
    compared.expected_won,
    compared.expected_value,
    compared.p10,
    compared.p50,
    compared.p90,
    compared.error,
    compared.is_inside,
    held.judged as forecasts_judged,
    cast(held.inside as double) / nullif(cast(held.judged as double), 0.0) as inside_share,
    compared.made_date,
    compared.due_date
from compared
inner join held
    on compared.population = held.population
        and compared.dimension = held.dimension
        and compared.part = held.part
        and compared.stage = held.stage
