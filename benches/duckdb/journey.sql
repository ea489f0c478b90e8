-- Conversions, and the touches before each of them, numbered. Written for the parameters as the pipeline has them: people convert alone,
-- conversions share touches, every touch counts, a milestone without a touch stands on the next one's. What converts after the last day
-- is in no mart and left out at once.

create table journey.conversions as
with

opportunities as (
    select
        opportunities.opportunity_id,
        records.person_id,
        case
            when opportunities.amount is null then 0::decimal(18,4)
            when opportunities.currency = getvariable('reporting_currency') or opportunities.amount = 0 then opportunities.amount
            else (opportunities.amount * rates.rate)::decimal(18,4)
        end as value,
        opportunities.is_won,
        opportunities.created_at,
        opportunities.closed_at
    from entities.opportunities as opportunities
    left join identity.records as records on opportunities.record_id = records.record_id
    left join entities.fx_rates as rates
        on opportunities.currency = rates.currency
            and local_date(coalesce(opportunities.closed_at, opportunities.created_at)) = rates.rate_date
            and rates.to_currency = getvariable('reporting_currency')
),

reached as (
    select
        'lead' as anchor, lead_id as reached_id, person_id, 0::decimal(18,4) as value,
        null::timestamp as opportunity_created_at, captured_at as converted_at
    from identity.leads
    union all
    select 'opportunity', opportunity_id, person_id, value, created_at, created_at from opportunities
    union all
    select 'won', opportunity_id, person_id, value, created_at, closed_at from opportunities where is_won
)

select
    row_number() over () as conversion_no,
    reached.anchor || ':' || reached.reached_id as conversion_id,
    reached.anchor,
    reached.person_id,
    reached.value,
    case when leads.captured_at <= reached.converted_at then leads.captured_at end as lead_created_at,
    case when reached.opportunity_created_at <= reached.converted_at then reached.opportunity_created_at end as opportunity_created_at,
    reached.converted_at,
    local_date(reached.converted_at) as converted_date,
    strftime(converted_date, '%Y-%m') as month
from reached
left join identity.leads as leads on reached.person_id = leads.person_id
where reached.converted_at < getvariable('until');

-- Every touch of a person who converts, ordered once: what shares in a conversion is a range of places.
create temp table touches as
with

converting as (
    select visitors.visitor_id, visitors.person_id, visitors.from_at, visitors.until_at
    from identity.visitors as visitors
    semi join journey.conversions as conversions on visitors.person_id = conversions.person_id
)

select
    converting.person_id,
    touches.touch_id,
    touches.channel,
    touches.campaign,
    touches.touched_at,
    row_number() over path as place,
    coalesce(touches.touched_at = lag(touches.touched_at) over path, false)
        or coalesce(touches.touched_at = lead(touches.touched_at) over path, false) as is_tied
from entities.touchpoints as touches
inner join converting
    on touches.visitor_id = converting.visitor_id
        and (converting.from_at is null or touches.touched_at >= converting.from_at)
        and (converting.until_at is null or touches.touched_at < converting.until_at)
left join reference.touch_priorities as priorities on touches.kind = priorities.kind
window path as (partition by converting.person_id order by touches.touched_at, coalesce(priorities.priority, 0), touches.touch_id);

create table journey.journeys as
with

counted as (
    select
        conversions.conversion_no,
        touches.touched_at >= conversions.converted_at - to_days(getvariable('lookback_days')) as is_in_time,
        min(touches.place) as first_place,
        count(*) as steps,
        count(*) filter (where touches.touched_at <= conversions.lead_created_at) as lead_steps,
        count(*) filter (where touches.touched_at <= conversions.opportunity_created_at) as opportunity_steps,
        max(touches.place) filter (where touches.channel <> 'direct') as last_other_place,
        min(touches.touched_at) as first_at
    from journey.conversions as conversions
    inner join touches
        on conversions.person_id = touches.person_id and touches.touched_at <= conversions.converted_at
    group by all
),

-- The stand-in of a conversion that nobody can claim is one step.
placed as (
    select
        conversions.*,
        counted.first_place,
        coalesce(counted.steps, 1) as steps,
        coalesce(nullif(counted.opportunity_steps, 0), counted.steps, 1) as opportunity_position,
        coalesce(nullif(counted.lead_steps, 0), opportunity_position) as lead_position,
        coalesce(counted.last_other_place - counted.first_place + 1, counted.steps, 1) as last_other_position,
        least(getvariable('lookback_days'), getvariable('cookie_days')) as seen_days,
        case
            when older.steps is not null then 'touches_before'
            when counted.first_at <= conversions.converted_at - to_days(seen_days - 1) then 'window_edge'
            when conversions.lead_created_at < conversions.converted_at - to_days(seen_days) then 'lead_age'
        end as truncated_by,
        case
            when counted.steps is not null then null
            when conversions.person_id is null then 'no_person'
            when older.steps is not null then 'outside_window'
            when seen.person_id is null then 'no_visitor'
            else 'no_eligible_touch'
        end as unattributed_reason
    from journey.conversions as conversions
    left join counted on conversions.conversion_no = counted.conversion_no and counted.is_in_time
    left join counted as older on conversions.conversion_no = older.conversion_no and not older.is_in_time
    left join (select distinct person_id from identity.visitors) as seen on conversions.person_id = seen.person_id
)

select * exclude (seen_days) from placed;

create table journey.steps as
with

steps as (
    select
        journeys.conversion_no,
        touches.touch_id,
        touches.channel,
        touches.campaign,
        touches.place - journeys.first_place + 1 as position,
        (epoch_us(journeys.converted_at) - epoch_us(touches.touched_at))::double / 86400000000::double as age_days,
        touches.is_tied,
        touches.touched_at
    from journey.journeys as journeys
    inner join touches
        on journeys.person_id = touches.person_id
            and touches.place >= journeys.first_place and touches.place < journeys.first_place + journeys.steps
    union all
    select conversion_no, null, '(unattributed)', null, 1, 0, false, converted_at
    from journey.journeys
    where unattributed_reason is not null
)

select row_number() over () as step_no, *, strftime(local_date(touched_at), '%Y-%m') as touched_month from steps;

drop table touches;
