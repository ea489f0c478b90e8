with

-- A day that is named as the end is not before the hour at which it was made.
deals as (
    select
        opportunities.opportunity_id,
        case
            when opportunities.is_won then 'won' when not opportunities.is_won then 'lost'
        end as phase,
        case when valued.is_value_known then valued.value end as value,
        opportunities.created_at,
        case
            when cast(opportunities.closed_at at time zone $time_zone as date)
                = cast(opportunities.created_at at time zone $time_zone as date)
                then greatest(opportunities.closed_at, opportunities.created_at)
            else opportunities.closed_at
        end as closed_at
    from entities.opportunities as opportunities
    inner join journey.opportunities as valued
        on opportunities.opportunity_id = valued.opportunity_id
),

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

-- Of two words or amounts of one moment the later key.
steps as (
    select
        history.opportunity_id,
        last_value(coalesce(
            names.stage,
            case when names.name is null then lower(btrim(history.stage)) end,
            'opportunity'
        ) order by history.stage_entry_id) as stage,
        last_value(coalesce(names.outcome, 'open') order by history.stage_entry_id) as phase,
        history.entered_at as told_at
    from reference.opportunity_stages as names
    right join entities.opportunity_stages as history on names.name = lower(btrim(history.stage))
    group by history.opportunity_id, history.entered_at
),

-- At the rate of the day the deal was made, so that a rate does not move what nobody touched.
amounts as (
    select
        amounts.opportunity_id,
        last_value(
            case
                when amounts.currency = $reporting_currency or amounts.amount = 0
                    then amounts.amount
                else cast(amounts.amount * rates.rate as decimal(18,4))
            end
            order by amounts.amount_change_id
        ) as value,
        amounts.recorded_at as told_at
    from entities.opportunity_amounts as amounts
    inner join deals on amounts.opportunity_id = deals.opportunity_id
    left join rates
        on amounts.currency = rates.currency
            and rates.rate_date
                = cast(coalesce(deals.created_at, recorded_at) at time zone $time_zone as date)
    group by amounts.opportunity_id, amounts.recorded_at
),

-- Where no source tells of amounts over time, the one there is stands for all.
told as (
    select opportunity_id, stage, phase, cast(null as decimal(18,4)) as value, told_at from steps
    union all
    select opportunity_id, null, null, value, told_at from amounts
    union all
    select
        deals.opportunity_id,
        null,
        null,
        case when histories.opportunity_id is null then deals.value end,
        deals.created_at
    from deals
    left join (select distinct opportunity_id from amounts) as histories
        on deals.opportunity_id = histories.opportunity_id
    where deals.created_at is not null
),

-- Nothing counts after the end, and the end itself is told once, last in its moment.
turns as (
    select
        told.opportunity_id as subject_id,
        max(told.stage) as stage,
        max(told.phase) as phase,
        0 as place,
        max(told.value) as value,
        cast(null as decimal(18,4)) as won_value,
        told.told_at
    from told
    inner join deals on told.opportunity_id = deals.opportunity_id
    where deals.phase is null
        or (
            told.told_at <= deals.closed_at
            and (
                coalesce(told.phase, 'open') = 'open'
                or cast(told.told_at at time zone $time_zone as date)
                    < cast(deals.closed_at at time zone $time_zone as date)
            )
        )
    group by told.opportunity_id, told.told_at
    union all
    select
        opportunity_id,
        cast(null as text) as stage,
        phase,
        1 as place,
        cast(null as decimal(18,4)) as value,
        case when phase = 'won' then value end as won_value,
        closed_at
    from deals
    where phase is not null
)

select * from turns
