with

history as (
    select * from scoring.score_history
),

turns as (
    select
        lead_id,
        temperature,
        lag(temperature) over (partition by lead_id order by told_at) as temperature_before,
        told_at
    from history
),

spells as (
    select
        lead_id,
        temperature,
        told_at as from_at,
        lead(told_at) over (partition by lead_id order by told_at) as until_at
    from turns
    where temperature is distinct from temperature_before
)

select * from spells
