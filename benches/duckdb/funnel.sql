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
