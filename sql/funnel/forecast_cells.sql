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
        spells.subject_id,
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

-- Before they are looked at by anything, so that an age is found once for each.
aged as (
    select
        open.*,
        ages.from_days as age_days
    from ages
    inner join open
        on open.days_in_stage >= ages.from_days
            and (open.days_in_stage < ages.until_days or ages.until_days is null)
),

placed as (
    select dimensions.dimension, dimensions.part, aged.*
    from aged
    inner join funnel.deal_dimensions as dimensions
        on aged.subject_id = dimensions.opportunity_id
    where aged.population = 'deal'
    union all
    select dimensions.dimension, dimensions.part, aged.*
    from aged
    inner join funnel.lead_dimensions as dimensions on aged.subject_id = dimensions.lead_id
    where aged.population = 'lead'
),

cells as (
    select
        made_date,
        due_date,
        population,
        dimension,
        part,
        stage,
        age_days,
        count(*) as subjects,
        count(value) as valued,
        count(*) filter (where is_due and is_won) as won,
        cast(coalesce(sum(value), 0) as decimal(28,4)) as value,
        cast(coalesce(sum(outcome_value) filter (where is_due and is_won), 0) as decimal(28,4))
            as won_value,
        coalesce(exact_sum(cast(value as double) * cast(value as double)), 0.0) as squares,
        bool_and(is_due) as is_due
    from placed
    group by made_date, due_date, population, dimension, part, stage, age_days
),

-- The chance is that of all in the stage and age: those of one part are too few to say.
foretold as (
    select
        cells.population,
        cells.dimension,
        cells.part,
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
