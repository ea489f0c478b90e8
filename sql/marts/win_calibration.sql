with

due as (
    select
        population,
        subjects,
        won,
        chance,
        overall_rate,
        least(cast(floor(chance * 10.0) as bigint), 9) as tenth
    from funnel.forecast_cells
    where dimension = '(all)' and won is not null and chance is not null
),

summed as (
    select
        population,
        case when grouping(tenth) = 1 then '(all)' else concat(
            cast(tenth * 10 as text), ' to ', cast(tenth * 10 + 10 as text), ' %'
        ) end as bin,
        sum(subjects) as subjects,
        sum(won) as won,
        exact_sum(cast(subjects as double) * chance) as expected_won,
        -- Of each the square of what was said less what came, 1 for a win.
        exact_sum(
            cast(won as double) * (1.0 - chance) * (1.0 - chance)
                + cast(subjects - won as double) * chance * chance
        ) as squares,
        exact_sum(
            cast(won as double) * (1.0 - overall_rate) * (1.0 - overall_rate)
                + cast(subjects - won as double) * overall_rate * overall_rate
        ) as overall_squares
    from due
    group by grouping sets ((population, tenth), (population))
),

rates as (
    select
        population,
        bin,
        subjects,
        won,
        expected_won,
        expected_won / cast(subjects as double) as predicted,
        cast(won as double) / cast(subjects as double) as actual,
        wilson_interval(won, subjects)['lower'] as lower,
        wilson_interval(won, subjects)['upper'] as upper,
        squares / cast(subjects as double) as brier,
        overall_squares / cast(subjects as double) as overall_brier
    from summed
),

calibration as (
    select
        population,
        bin,
        case
            when predicted > upper then 'too high'
            when predicted < lower then 'too low'
            else 'not told apart'
        end as verdict,
        subjects,
        won,
        expected_won,
        predicted,
        actual,
        lower,
        upper,
        brier,
        overall_brier,
        brier < overall_brier as is_better_than_overall,
        subjects < $low_count as is_low_count
    from rates
)

select * from calibration
