with

-- What is not told again still holds.
states as (
    select
        population,
        subject_id,
        coalesce(last_value(stage) ignore nulls over so_far, 'opportunity') as stage,
        coalesce(last_value(phase) ignore nulls over so_far, 'open') as phase,
        last_value(value) ignore nulls over so_far as value,
        won_value,
        place,
        told_at
    from funnel.turns
    where cast(told_at at time zone $time_zone as date) <= $as_of
    window so_far as (
        partition by population, subject_id order by told_at, place
        rows between unbounded preceding and current row
    )
),

compared as (
    select
        *,
        case
            when phase <> 'open' then phase
            when lag(phase) over subject is null then 'made'
            when lag(phase) over subject <> 'open' then 'reopened'
            when lag(stage) over subject <> stage then 'moved'
            when lag(value) over subject is distinct from value then 'revalued'
        end as turn,
        cast(told_at at time zone $time_zone as date) as told_date
    from states
    window subject as (partition by population, subject_id order by told_at, place)
),

-- Told once more, nothing has changed.
turns as (
    select
        *,
        lead(turn) over subject as ending,
        lead(told_date) over subject as until_date
    from compared
    where turn is not null
    window subject as (partition by population, subject_id order by told_at, place)
),

-- The end that comes next, seen from behind.
foreseen as (
    select
        *,
        last_value(
            case when phase <> 'open' then named_struct(
                'outcome', phase, 'value', coalesce(won_value, value), 'date', told_date
            ) end
        ) ignore nulls over (
            partition by population, subject_id order by told_at desc, place desc
            rows between unbounded preceding and current row
        ) as next_end
    from turns
),

spells as (
    select
        population,
        subject_id,
        stage,
        turn as beginning,
        ending,
        next_end['outcome'] as outcome,
        cast(row_number() over subject as bigint) as spell,
        value,
        case when next_end['outcome'] = 'won' then next_end['value'] end as outcome_value,
        last_value(case when turn <> 'revalued' then told_date end) ignore nulls over (
            partition by population, subject_id order by told_at, place
            rows between unbounded preceding and current row
        ) as stage_from_date,
        told_date as from_date,
        until_date,
        next_end['date'] as outcome_date
    from foreseen
    where phase = 'open'
    window subject as (partition by population, subject_id order by told_at, place)
)

select * from spells
