with

events as (
    select
        members.lead_id,
        stages.ordinal,
        events.entered_at
    from entities.stage_events as events
    inner join identity.members as members
        on concat('lead:', events.record_id) = members.contact_id
    inner join reference.stages as stages on events.stage = stages.stage
    where cast(events.entered_at at time zone $time_zone as date) <= $as_of
        and members.lead_id is not null
),

-- To be captured is to enter the first stage.
entries as (
    select * from events
    union all
    select
        lead_id,
        1 as ordinal,
        captured_at as entered_at
    from identity.leads
    where cast(captured_at at time zone $time_zone as date) <= $as_of
),

-- A lead that reached a stage has reached all before it, seen there or not.
reached as (
    select
        entries.lead_id,
        stages.stage,
        stages.ordinal,
        sum(case when entries.ordinal = stages.ordinal then 1 else 0 end) = 0 as is_imputed,
        min(entries.entered_at) as reached_at
    from entries
    inner join reference.stages as stages on entries.ordinal >= stages.ordinal
    where stages.ordinal > 0
    group by entries.lead_id, stages.stage, stages.ordinal
)

select * from reached
