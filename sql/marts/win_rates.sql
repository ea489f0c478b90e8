with

judged as (
    select
        chances.population,
        chances.stage,
        chances.age_days,
        chances.judged,
        chances.won,
        coalesce(cells.subjects, 0) as subjects,
        cells.won as won_since,
        chances.watched,
        chances.rate,
        chances.chance,
        chances.overall_rate,
        cast(cells.won as double) / nullif(cast(cells.subjects as double), 0.0) as actual_rate,
        case when cells.won is not null
            then wilson_interval(cells.won, cells.subjects)['lower'] end as actual_lower,
        case when cells.won is not null
            then wilson_interval(cells.won, cells.subjects)['upper'] end as actual_upper,
        chances.judged < $low_count as is_low_count,
        chances.made_date,
        chances.made_date + $forecast_days as due_date
    from funnel.chances as chances
    left join funnel.forecast_cells as cells
        on chances.population = cells.population
            and chances.made_date = cells.made_date
            and chances.stage = cells.stage
            and chances.age_days = cells.age_days
            and cells.dimension = '(all)'
),

compared as (
    select
        *,
        case
            when chance > actual_upper then 'too high'
            when chance < actual_lower then 'too low'
            when chance is not null and actual_rate is not null then 'not told apart'
        end as verdict
    from judged
)

select
    population,
    stage,
    age_days,
    verdict,
    judged,
    won,
    subjects,
    won_since,
    watched,
    rate,
    chance,
    overall_rate,
    actual_rate,
    actual_lower,
    actual_upper,
    is_low_count,
    made_date,
    due_date
from compared
