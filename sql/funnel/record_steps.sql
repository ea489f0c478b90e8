with

locked as (
    select
        lead_id,
        cast(reached_at at time zone $time_zone as date) as locked_date
    from funnel.lead_stages
    where path = 'seven' and stage = 'ml'
),

-- Only golden records are followed further: they stand for the others.
followed as (
    select
        leads.lead_id,
        leads.channel <> 'unassigned' as is_tagged,
        activity.inbound + activity.outbound > 0 as is_tracked,
        activity.inbound > 0 as is_incubated,
        locked.lead_id is not null as is_locked,
        cast(least(activity.first_outbound_at, activity.first_inbound_at)
            at time zone $time_zone as date) as moved_date,
        cast(activity.first_inbound_at at time zone $time_zone as date) as came_date,
        locked.locked_date
    from identity.leads as leads
    inner join funnel.lead_activity as activity on leads.lead_id = activity.lead_id
    left join locked on leads.lead_id = locked.lead_id
),

records as (
    select
        records.record_id,
        lead_records.source,
        records.outcome,
        coalesce(records.invalid_reason in ('no_contact', 'unusable_contact'), false)
            as is_unknown,
        cast(records.captured_at at time zone $time_zone as date) as captured_date
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where cast(records.captured_at at time zone $time_zone as date) <= $as_of
),

-- How many steps a record passed, one after the other: the first two are before it is one.
passed as (
    select
        records.record_id,
        records.source,
        case
            when records.is_unknown then 2
            when records.outcome = 'merged' then 3
            when records.outcome = 'invalid' then 4
            when not followed.is_tagged then 5
            when not followed.is_tracked then 6
            when not followed.is_incubated then 7
            when not followed.is_locked then 8
            else 9
        end as steps,
        records.captured_date,
        followed.moved_date,
        followed.came_date,
        followed.locked_date
    from records
    left join followed on records.record_id = followed.lead_id
)

-- What was seen before the record was there is seen when it is.
select
    record_id,
    source,
    steps,
    captured_date,
    case when steps >= 7 then greatest(captured_date, moved_date) end as tracked_date,
    case when steps >= 8 then greatest(captured_date, came_date) end as incubated_date,
    case when steps >= 9 then greatest(captured_date, came_date, locked_date) end as locked_date
from passed
