with

ages as (
    select
        from_days,
        lead(from_days) over (order by from_days) as until_days
    from reference.stage_ages
),

-- Who was on the way that evening, and what became of it by the day on which that is known.
open as (
    select
        days.made_date,
        days.due_date,
        spells.population,
        spells.stage,
        days.made_date - spells.stage_from_date as days_in_stage,
        spells.value,
        days.due_date <= $as_of as is_due,
        coalesce(spells.outcome = 'won' and spells.outcome_date <= days.due_date, false)
            as is_won,
        spells.outcome_value
    from funnel.forecast_days as days
    inner join funnel.spells as spells
        on spells.from_date <= days.made_date
            and coalesce(spells.until_date, $as_of + 1) > days.made_date
),

cells as (
    select
        open.made_date,
        open.due_date,
        open.population,
        open.stage,
        ages.from_days as age_days,
        count(*) as subjects,
        count(open.value) as valued,
        count(*) filter (where open.is_due and open.is_won) as won,
        cast(coalesce(sum(open.value), 0) as decimal(28,4)) as value,
        cast(coalesce(sum(open.outcome_value) filter (where open.is_due and open.is_won), 0)
            as decimal(28,4)) as won_value,
        coalesce(exact_sum(cast(open.value as double) * cast(open.value as double)), 0.0)
            as squares,
        bool_and(open.is_due) as is_due
    from ages
    inner join open
        on open.days_in_stage >= ages.from_days
            and (open.days_in_stage < ages.until_days or ages.until_days is null)
    group by open.made_date, open.due_date, open.population, open.stage, ages.from_days
),

foretold as (
    select
        cells.population,
        cells.stage,
        cells.age_days,
        cells.subjects,
        cells.valued,
        case when cells.is_due then cells.won end as won,
        cells.value,
        case when cells.is_due then cells.won_value end as won_value,
        cells.squares,
        chances.watched,
        chances.chance,
        chances.overall_rate,
        cells.made_date,
        cells.due_date
    from cells
    left join funnel.chances as chances
        on cells.made_date = chances.made_date
            and cells.population = chances.population
            and cells.stage = chances.stage
            and cells.age_days = chances.age_days
)

select * from foretold
