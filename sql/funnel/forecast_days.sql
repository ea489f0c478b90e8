with

months as (
    select
        cast(unnest(generate_series(
            date_trunc('month', cast($as_of - $pipeline_days as timestamp)),
            date_trunc('month', cast($as_of as timestamp)),
            interval '1 month'
        )) as date) as first_day
),

days as (
    select first_day - 1 as made_date from months
    union
    select $as_of as made_date
)

select
    made_date,
    made_date + $forecast_days as due_date
from days
