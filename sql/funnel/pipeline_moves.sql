with

ages as (
    select
        from_days,
        lead(from_days) over (order by from_days) as until_days
    from reference.stage_ages
),

deals as (
    select * from funnel.spells where population = 'deal'
),

-- The evenings of each deal in each age; what was open before those that are told came in before.
stays as (
    select
        deals.stage,
        ages.from_days as age_days,
        deals.value,
        greatest(
            deals.from_date, deals.stage_from_date + ages.from_days, $as_of - $pipeline_days - 1
        ) as from_date,
        least(
            coalesce(deals.until_date, $as_of + 1), deals.stage_from_date + ages.until_days
        ) as until_date
    from ages
    cross join deals
),

moves as (
    select
        stage,
        age_days,
        1 as step,
        value,
        from_date as day
    from stays
    where from_date < until_date
    union all
    select
        stage,
        age_days,
        -1 as step,
        -value as value,
        until_date as day
    from stays
    where from_date < until_date and until_date <= $as_of
),

-- As many rows as there are days on which something moves.
summed as (
    select
        stage,
        age_days,
        sum(step) as subjects,
        sum(case when value is not null then step else 0 end) as valued,
        cast(coalesce(sum(value), 0) as decimal(28,4)) as value,
        day
    from moves
    group by stage, age_days, day
)

select * from summed
