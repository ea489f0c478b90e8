-- How far every lead came, and who counts in which rate.

create table funnel.lead_stages as
with

entries as (
    select records.lead_id, stages.ordinal, events.entered_at
    from entities.stage_events as events
    inner join identity.records as records on events.record_id = records.record_id
    inner join reference.stages as stages on events.stage = stages.stage
    where events.entered_at < getvariable('until') and records.lead_id is not null and stages.ordinal > 0
    union all
    select lead_id, 1, captured_at
    from identity.leads
    where captured_at < getvariable('until')
)

select
    entries.lead_id,
    stages.stage,
    stages.ordinal,
    local_date(min(entries.entered_at)) as reached_date
from entries
inner join reference.stages as stages on entries.ordinal >= stages.ordinal and stages.ordinal > 0
group by entries.lead_id, stages.stage, stages.ordinal;

create table funnel.leads as
with

booked as (
    select
        records.lead_id,
        sum(
            case
                when orders.currency = getvariable('reporting_currency') then orders.amount
                else (orders.amount * rates.rate)::decimal(18,4)
            end
        )::decimal(18,4) as booked_value,
        bool_and(orders.currency = getvariable('reporting_currency') or rates.rate is not null) as is_rate_known
    from entities.orders as orders
    inner join identity.records as records on orders.record_id = records.record_id
    left join entities.fx_rates as rates
        on orders.currency = rates.currency and local_date(orders.ordered_at) = rates.rate_date
            and rates.to_currency = getvariable('reporting_currency')
    where orders.ordered_at < getvariable('until') and records.lead_id is not null
    group by records.lead_id
),

attempts as (
    select records.lead_id, min(activities.occurred_at) as attempted_at
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    where activities.direction = 'outbound' and records.lead_id is not null
    group by records.lead_id
)

select
    leads.lead_id,
    leads.channel,
    case when booked.lead_id is null then 0::decimal(18,4) when booked.is_rate_known then booked.booked_value end as booked_value,
    leads.captured_date,
    leads.captured_at,
    local_date(attempts.attempted_at) as attempted_date
from identity.leads as leads
left join booked on leads.lead_id = booked.lead_id
left join attempts on leads.lead_id = attempts.lead_id
where leads.captured_date <= getvariable('as_of');

create table funnel.channel_spend as
with

-- Days are told of quarters of an hour: no zone has another offset, and they are few.
touch_days as (
    select distinct channel, local_date(touched_at) as day
    from (select distinct channel, time_bucket(interval '15 minutes', touched_at) as touched_at from entities.touchpoints)
),

days as (
    select
        days.channel,
        strftime(days.spend_date, '%Y-%m') as month,
        case when days.currency = getvariable('reporting_currency') then days.spend
            else (days.spend * rates.rate)::decimal(18,4) end as spend,
        touch_days.day is null as is_unmatched
    from entities.spend_days as days
    left join entities.fx_rates as rates
        on days.currency = rates.currency and days.spend_date = rates.rate_date
            and rates.to_currency = getvariable('reporting_currency')
    left join touch_days on days.channel = touch_days.channel and days.spend_date = touch_days.day
    where days.spend_date <= getvariable('as_of')
)

select
    channel,
    month,
    case when count(*) = count(spend) then sum(spend) end as spend,
    case when count(*) = count(spend) then coalesce(sum(spend) filter (where is_unmatched), 0) end as unmatched_spend
from days
group by channel, month;

-- What the touches of a month brought, and the day on which that had covered what the month had cost.
create table funnel.channel_returns as
with

daily as (
    select
        model,
        channel,
        touched_month as month,
        converted_date,
        fsum(credit) filter (where anchor = 'lead') as leads,
        fsum(credit) filter (where anchor = 'opportunity') as opportunities,
        fsum(credit) filter (where anchor = 'won') as conversions,
        (sum(units) filter (where anchor = 'won'))::decimal(28,0) as units
    from attribution.ledger
    group by all
),

running as (
    select
        daily.*,
        (sum(units) over (partition by model, channel, month order by converted_date))::decimal(28,0) as units_so_far
    from daily
)

select
    running.model,
    running.channel,
    running.month,
    coalesce(fsum(running.leads), 0) as leads,
    coalesce(fsum(running.opportunities), 0) as opportunities,
    coalesce(fsum(running.conversions), 0) as conversions,
    (coalesce(sum(running.units), 0)::decimal(28,0) * 0.0000000001::decimal(10,10))::decimal(28,10) as value,
    min(running.converted_date) filter (
        where spend.spend > 0 and running.units is not null and running.units_so_far >= spend.spend * 10000000000
    ) as paid_back_date
from running
left join funnel.channel_spend as spend on running.channel = spend.channel and running.month = spend.month
group by running.model, running.channel, running.month;
