with

-- What a deal was lost for, and what a lead was given back or judged invalid for.
deals as (
    select
        opportunities.opportunity_id as subject_id,
        'opportunity lost' as kind,
        lower(btrim(opportunities.loss_reason)) as reason,
        members.lead_id,
        opportunities.closed_at as lost_at
    from identity.members as members
    right join entities.opportunities as opportunities
        on members.contact_id = concat('lead:', opportunities.record_id)
    where not opportunities.is_won
),

returns as (
    select
        assignments.assignment_id as subject_id,
        'lead ' || assignments.kind as kind,
        lower(btrim(assignments.reason)) as reason,
        members.lead_id,
        assignments.assigned_at as lost_at
    from identity.members as members
    inner join entities.assignments as assignments
        on members.contact_id = concat('lead:', assignments.record_id)
    where assignments.kind in ('reject', 'return', 'recycle')
),

verdicts as (
    select
        records.record_id as subject_id,
        'record invalid' as kind,
        case when records.invalid_reason = 'sales_verdict'
            then lower(btrim(lead_records.verdict)) else records.invalid_reason end as reason,
        cast(null as text) as lead_id,
        records.captured_at as lost_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.outcome = 'invalid'
),

losses as (
    select * from deals
    union all
    select * from returns
    union all
    select * from verdicts
),

placed as (
    select
        losses.kind,
        coalesce(leads.channel, records.channel, '(no lead)') as channel,
        coalesce(nullif(losses.reason, ''), '(none given)') as reason,
        to_char(cast(losses.lost_at at time zone $time_zone as date), '%Y-%m') as month
    from losses
    left join identity.leads as leads on losses.lead_id = leads.lead_id
    left join identity.records as records on losses.subject_id = records.record_id
    where cast(losses.lost_at at time zone $time_zone as date) <= $as_of
),

counted as (
    select
        kind,
        channel,
        month,
        reason,
        count(*) as losses
    from placed
    group by kind, channel, month, reason
),

-- How often there is a reason at all is what the feedback is worth.
totals as (
    select
        kind,
        channel,
        month,
        count(*) as all_losses,
        count(*) filter (where reason <> '(none given)') as reasoned
    from placed
    group by kind, channel, month
)

select
    counted.kind,
    counted.channel,
    counted.month,
    counted.reason,
    counted.losses,
    totals.all_losses,
    cast(counted.losses as double) / cast(totals.all_losses as double) as share,
    cast(totals.reasoned as double) / cast(totals.all_losses as double) as fill_rate
from counted
inner join totals
    on counted.kind = totals.kind
        and counted.channel = totals.channel
        and counted.month = totals.month
