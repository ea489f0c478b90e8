with

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

won as (
    select
        opportunities.opportunity_id,
        records.lead_id,
        cast(opportunities.closed_at at time zone $time_zone as date) as closed_date
    from records
    right join entities.opportunities as opportunities
        on records.record_id = opportunities.record_id
    where opportunities.is_won
        and cast(opportunities.closed_at at time zone $time_zone as date) <= $as_of
),

-- What people did, with anybody of the lead or for the deal itself; machines log themselves.
deeds as (
    select
        records.lead_id,
        activities.opportunity_id,
        cast(activities.occurred_at at time zone $time_zone as date) as done_date
    from records
    right join entities.activities as activities on records.record_id = activities.record_id
    where not activities.is_automated
        and coalesce(activities.is_done, true)
        and activities.occurred_at is not null
),

lead_deeds as (
    select
        lead_id,
        min(done_date) as done_date
    from deeds
    where lead_id is not null
    group by lead_id
),

deal_deeds as (
    select
        opportunity_id,
        min(done_date) as done_date
    from deeds
    where opportunity_id is not null
    group by opportunity_id
),

-- What was done after it was won did not win it. Where nothing is logged at all, nobody can tell.
logged as (
    select
        won.opportunity_id,
        coalesce(leads.channel, '(no lead)') as channel,
        any_deeds.deeds > 0 as is_judged,
        coalesce(least(lead_deeds.done_date, deal_deeds.done_date) <= won.closed_date, false)
            as is_logged,
        won.closed_date
    from (select count(*) as deeds from deeds) as any_deeds
    cross join won
    left join identity.leads as leads on won.lead_id = leads.lead_id
    left join lead_deeds on won.lead_id = lead_deeds.lead_id
    left join deal_deeds on won.opportunity_id = deal_deeds.opportunity_id
),

members as (
    select
        rates.rate,
        logged.opportunity_id as member_id,
        logged.channel,
        $window_days as window_days,
        logged.is_judged,
        logged.is_logged as is_reached,
        logged.is_logged as is_ever_reached,
        false as is_imputed,
        logged.is_judged as is_covered,
        logged.closed_date as entered_date,
        case when logged.is_logged then logged.closed_date end as reached_date
    from logged
    cross join reference.rates as rates
    where rates.population = 'won_deal'
)

select * from members
