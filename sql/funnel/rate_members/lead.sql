with

leads as (
    select * from funnel.leads where captured_date <= $as_of
),

reached as (
    select
        rates.rate,
        lead_stages.lead_id,
        cast(lead_stages.reached_at at time zone $time_zone as date) as reached_date
    from funnel.lead_stages as lead_stages
    inner join reference.rates as rates on lead_stages.stage = rates.stage
    union all
    select
        'attempted' as rate,
        lead_id,
        cast(attempted_at at time zone $time_zone as date) as reached_date
    from funnel.leads
    where attempted_at is not null
),

-- A lead counts once it had its $window_days; what it reached later than that does not.
members as (
    select
        rates.rate,
        leads.lead_id as member_id,
        leads.channel,
        $as_of - leads.captured_date >= $window_days as is_judged,
        $as_of - leads.captured_date >= $window_days
            and coalesce(reached.reached_date - leads.captured_date <= $window_days, false)
            as is_reached,
        reached.lead_id is not null as is_ever_reached,
        leads.captured_date as entered_date,
        reached.reached_date
    from leads
    cross join reference.rates as rates
    left join reached on leads.lead_id = reached.lead_id and rates.rate = reached.rate
    where rates.population = 'lead'
)

select * from members
