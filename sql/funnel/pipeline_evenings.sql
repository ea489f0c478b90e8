with

first as (
    select min(day) as first_day from funnel.pipeline_moves
),

days as (
    select cast(unnest(generate_series(
        cast(first_day as timestamp), cast($as_of as timestamp), interval '1 day'
    )) as date) as day
    from first
),

-- Every stage and age has a row for every evening, so that sums run on where nothing moves.
steps as (
    select
        stage,
        age_days,
        subjects,
        valued,
        value,
        day
    from funnel.pipeline_moves
    union all
    select
        cells.stage,
        cells.age_days,
        0 as subjects,
        0 as valued,
        cast(0 as decimal(28,4)) as value,
        days.day
    from (select distinct stage, age_days from funnel.pipeline_moves) as cells
    cross join days
),

stepped as (
    select
        stage,
        age_days,
        day,
        sum(subjects) as step,
        sum(valued) as valued,
        sum(value) as value
    from steps
    group by stage, age_days, day
),

running as (
    select
        stage,
        age_days,
        sum(step) over so_far as subjects,
        step,
        sum(valued) over so_far as valued,
        cast(sum(value) over so_far as decimal(28,4)) as value,
        -- The chances known then: those of the month's last evening, until the next.
        case
            when day = $as_of or extract(day from day + 1) = 1 then day
            else cast(date_trunc('month', day) as date) - 1
        end as made_date,
        day
    from stepped
    window so_far as (
        partition by stage, age_days order by day
        rows between unbounded preceding and current row
    )
),

-- What is said of all where a stage had nobody yet on that evening.
overall as (
    select
        made_date,
        max(overall_rate) as overall_rate
    from funnel.chances
    where population = 'deal'
    group by made_date
),

evenings as (
    select
        running.stage,
        running.age_days,
        running.subjects,
        running.step,
        running.valued,
        running.value,
        coalesce(chances.chance, overall.overall_rate) as chance,
        running.day
    from overall
    right join running on overall.made_date = running.made_date
    left join funnel.chances as chances
        on running.made_date = chances.made_date
            and running.stage = chances.stage
            and running.age_days = chances.age_days
            and chances.population = 'deal'
    where running.day >= $as_of - $pipeline_days
)

select * from evenings
