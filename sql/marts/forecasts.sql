with

-- As a beta distribution between nothing and all of it, with that mean and that spread.
shares as (
    select
        *,
        expected_value / nullif(most_value, 0.0) as share,
        variance / nullif(most_value * most_value, 0.0) as spread
    from funnel.expectations
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
            most_value * beta_quantile(0.1, share * weight, (1.0 - share) * weight), expected_value
        ) as p10,
        coalesce(
            most_value * beta_quantile(0.5, share * weight, (1.0 - share) * weight), expected_value
        ) as p50,
        coalesce(
            most_value * beta_quantile(0.9, share * weight, (1.0 - share) * weight), expected_value
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
