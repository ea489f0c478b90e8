with

members as (
    select * from identity.members where lead_id is not null
),

-- Two records of a lead may tell the same moment: what was seen there counts more than what follows.
recorded as (
    select
        members.lead_id,
        events.stage,
        min(events.opportunity_id) as opportunity_id,
        max(events.evidence) as evidence,
        max(events.time_precision) as time_precision,
        min(events.changed_by) as changed_by,
        events.entered_at
    from entities.stage_events as events
    inner join members on concat('lead:', events.record_id) = members.contact_id
    group by members.lead_id, events.stage, events.entered_at
)

select * from recorded
