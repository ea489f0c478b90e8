with

members as (
    select * from identity.members where lead_id is not null
),

deeds as (
    select
        members.lead_id,
        activities.direction,
        activities.occurred_at
    from members
    inner join entities.activities as activities
        on members.contact_id = concat('lead:', activities.record_id)
    where not activities.is_automated
        and coalesce(activities.is_done, true)
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
    union all
    select lead_id, 'inbound' as direction, touched_at from scoring.lead_visits
),

summed as (
    select
        lead_id,
        count(*) filter (where direction = 'outbound') as outbound,
        count(*) filter (where direction = 'inbound') as inbound,
        min(occurred_at) filter (where direction = 'outbound') as first_outbound_at,
        min(occurred_at) filter (where direction = 'inbound') as first_inbound_at,
        max(occurred_at) as last_seen_at
    from deeds
    group by lead_id
),

activity as (
    select
        leads.lead_id,
        coalesce(summed.outbound, 0) as outbound,
        coalesce(summed.inbound, 0) as inbound,
        $as_of - cast(
            greatest(coalesce(summed.last_seen_at, leads.captured_at), leads.captured_at)
            at time zone $time_zone as date
        ) as silent_days,
        summed.first_outbound_at,
        summed.first_inbound_at,
        greatest(coalesce(summed.last_seen_at, leads.captured_at), leads.captured_at)
            as last_seen_at
    from identity.leads as leads
    left join summed on leads.lead_id = summed.lead_id
    where cast(leads.captured_at at time zone $time_zone as date) <= $as_of
)

select * from activity
