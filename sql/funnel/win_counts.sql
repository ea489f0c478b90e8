with

-- Who was in a stage on the evening on which it had been there for so long.
landmarks as (
    select
        spells.population,
        spells.stage,
        ages.from_days as age_days,
        spells.outcome,
        spells.outcome_date - spells.stage_from_date - ages.from_days as outcome_days,
        spells.stage_from_date + ages.from_days as landmark_date
    from reference.stage_ages as ages
    inner join funnel.spells as spells
        on spells.stage_from_date + ages.from_days >= spells.from_date
            and spells.stage_from_date + ages.from_days
                < coalesce(spells.until_date, $as_of + 1)
),

-- What comes after the days of a forecast is as if it had not come.
counted as (
    select
        population,
        stage,
        age_days,
        case when outcome_days <= $forecast_days then outcome end as outcome,
        case when outcome_days <= $forecast_days then outcome_days end as outcome_days,
        count(*) as subjects,
        landmark_date
    from landmarks
    group by
        population,
        stage,
        age_days,
        case when outcome_days <= $forecast_days then outcome end,
        case when outcome_days <= $forecast_days then outcome_days end,
        landmark_date
),

-- An outcome that was still to come was none.
known as (
    select
        days.made_date,
        counted.population,
        counted.stage,
        counted.age_days,
        case when counted.outcome_days <= days.made_date - counted.landmark_date
            then counted.outcome end as outcome,
        least(
            days.made_date - counted.landmark_date, $forecast_days, counted.outcome_days
        ) as days,
        counted.subjects
    from funnel.forecast_days as days
    inner join counted on counted.landmark_date <= days.made_date
),

summed as (
    select
        made_date,
        population,
        stage,
        age_days,
        days,
        sum(case when outcome = 'won' then subjects else 0 end) as won,
        sum(case when outcome = 'lost' then subjects else 0 end) as lost,
        sum(case when outcome is null then subjects else 0 end) as open
    from known
    group by made_date, population, stage, age_days, days
)

select
    population,
    stage,
    age_days,
    days,
    won,
    lost,
    open,
    made_date
from summed
