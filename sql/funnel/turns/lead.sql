with

-- Where one moment is told of several stages, those beside the path come last: a lead that is lost at once was one before.
turns as (
    select
        visits.lead_id,
        visits.stage,
        case
            when visits.stage = 'won' then 'won' when stages.kind = 'end' then 'lost' else 'open'
        end as phase,
        cast(row_number() over (
            partition by visits.lead_id
            order by visits.entered_at, nullif(visits.ordinal, 0), visits.stage
        ) as bigint) as place,
        cast(visits.entered_at at time zone $time_zone as date) as told_date,
        visits.entered_at as told_at
    from reference.stages as stages
    inner join funnel.stage_visits as visits on stages.stage = visits.stage
    where visits.path = $stage_path
),

wins as (
    select distinct lead_id, told_date from turns where phase = 'won'
),

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

-- What a lead brought by the day it was won: its deals, else its orders.
deals as (
    select
        wins.lead_id,
        wins.told_date,
        cast(sum(opportunities.value) as decimal(18,4)) as value
    from wins
    inner join journey.opportunities as opportunities on wins.lead_id = opportunities.lead_id
    where opportunities.is_won
        and opportunities.is_value_known
        and cast(opportunities.closed_at at time zone $time_zone as date) <= wins.told_date
    group by wins.lead_id, wins.told_date
),

orders as (
    select
        wins.lead_id,
        wins.told_date,
        cast(sum(
            case
                when orders.currency = $reporting_currency then orders.amount
                else cast(orders.amount * rates.rate as decimal(18,4))
            end
        ) as decimal(18,4)) as value
    from wins
    inner join identity.members as members on wins.lead_id = members.lead_id
    inner join entities.orders as orders on members.contact_id = concat('lead:', orders.record_id)
    left join rates
        on orders.currency = rates.currency
            and cast(orders.ordered_at at time zone $time_zone as date) = rates.rate_date
    where cast(orders.ordered_at at time zone $time_zone as date) <= wins.told_date
    group by wins.lead_id, wins.told_date
),

valued as (
    select
        turns.lead_id as subject_id,
        turns.stage,
        turns.phase,
        turns.place,
        cast(null as decimal(18,4)) as value,
        case when turns.phase = 'won' then coalesce(deals.value, orders.value) end as won_value,
        turns.told_at
    from turns
    left join deals on turns.lead_id = deals.lead_id and turns.told_date = deals.told_date
    left join orders on turns.lead_id = orders.lead_id and turns.told_date = orders.told_date
)

select * from valued
