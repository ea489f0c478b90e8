with

-- Complete or not is a lead once sales took it.
handoffs as (
    select
        *,
        cast(mql_at at time zone $time_zone as date) as mql_date,
        cast(accepted_at at time zone $time_zone as date) as accepted_date
    from funnel.handoffs
),

members as (
    select
        rates.rate,
        handoffs.lead_id as member_id,
        handoffs.channel,
        $window_days as window_days,
        handoffs.is_complete is not null as is_judged,
        coalesce(handoffs.is_complete, false) as is_reached,
        coalesce(handoffs.is_complete, false) as is_ever_reached,
        false as is_imputed,
        handoffs.is_complete is not null as is_covered,
        handoffs.mql_date as entered_date,
        case when handoffs.is_complete then handoffs.accepted_date end as reached_date
    from handoffs
    cross join reference.rates as rates
    where rates.population = 'handoff'
)

select * from members
