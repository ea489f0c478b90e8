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
        exact_sum(most) as most_value
    from told
    group by grouping sets (
        (population, made_date, due_date, dimension, part, stage),
        (population, made_date, due_date, dimension, part)
    )
)

-- The mean of the wins is the same for all that have no amount, so its doubt does not average out.
select
    population,
    dimension,
    part,
    stage,
    subjects,
    valued,
    won,
    value,
    won_value,
    expected_won,
    expected_value,
    most_value,
    variance + coalesce(unknown_wins * unknown_wins * mean_variance, 0.0) as variance,
    made_date,
    due_date
from summed
