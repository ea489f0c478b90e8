with

incidences as (
    select * from funnel.incidences
),

-- A stage is drawn to everybody.
stages as (
    select
        stages.made_date,
        stages.population,
        stages.stage,
        overall.rate as overall_rate,
        (stages.watched * stages.rate + cast($chance_prior as double) * overall.rate)
            / (stages.watched + cast($chance_prior as double)) as stage_chance
    from incidences as overall
    inner join incidences as stages
        on overall.made_date = stages.made_date and overall.population = stages.population
    where overall.stage = '(all)'
        and overall.judged > 0
        and stages.stage <> '(all)'
        and stages.age_days = -1
),

cells as (
    select
        known.made_date,
        known.population,
        known.stage,
        ages.from_days as age_days,
        coalesce(cells.judged, 0) as judged,
        coalesce(cells.won, 0) as won,
        coalesce(cells.watched, 0.0) as watched,
        case when cells.watched > 0.0 then cells.rate end as rate,
        stages.stage_chance,
        stages.overall_rate,
        cast($chance_prior as double)
            / (coalesce(cells.watched, 0.0) + cast($chance_prior as double)) as kept
    from reference.stage_ages as ages
    cross join incidences as known
    left join incidences as cells
        on known.made_date = cells.made_date
            and known.population = cells.population
            and known.stage = cells.stage
            and ages.from_days = cells.age_days
    left join stages
        on known.made_date = stages.made_date
            and known.population = stages.population
            and known.stage = stages.stage
    where known.stage <> '(all)' and known.age_days = -1
),

-- What is left of the stage's chance at an age, as a logarithm, after all ages drew on it.
layered as (
    select
        *,
        exact_sum(ln(kept)) over (
            partition by made_date, population, stage order by age_days
            rows between unbounded preceding and current row
        ) as log_left
    from cells
),

-- An age is drawn to the one before it, the first to its stage: where nobody has been so long,
-- nothing better is believed than of those who nearly were.
drawn as (
    select
        older.made_date,
        older.population,
        older.stage,
        older.age_days,
        exp(max(older.log_left)) * max(older.stage_chance)
            + exact_sum(
                exp(older.log_left - younger.log_left)
                    * (1.0 - younger.kept)
                    * coalesce(younger.rate, 0.0)
            ) as chance
    from layered as younger
    inner join layered as older
        on younger.made_date = older.made_date
            and younger.population = older.population
            and younger.stage = older.stage
            and younger.age_days <= older.age_days
    group by older.made_date, older.population, older.stage, older.age_days
)

select
    cells.population,
    cells.stage,
    cells.age_days,
    cells.judged,
    cells.won,
    cells.watched,
    cells.rate,
    case when drawn.chance > 1.0 then 1.0 else drawn.chance end as chance,
    cells.overall_rate,
    cells.made_date
from drawn
inner join cells
    on drawn.made_date = cells.made_date
        and drawn.population = cells.population
        and drawn.stage = cells.stage
        and drawn.age_days = cells.age_days
