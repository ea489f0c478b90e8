with

asked as (
    select
        requirements.path,
        requirements.stage,
        requirements.kind,
        requirements.requirement,
        stages.ordinal
    from reference.stage_requirements as requirements
    inner join reference.stage_paths as stages
        on requirements.path = stages.path and requirements.stage = stages.stage
),

-- Who goes on is further on the path than before; who is lost or put aside is not. What was to be
-- done is asked of all who left.
visits as (
    select
        asked.path,
        visits.lead_id,
        asked.stage,
        asked.kind,
        asked.requirement,
        asked.ordinal,
        visits.visit,
        visits.opportunity_id,
        next.ordinal > asked.ordinal as is_ahead,
        case
            when asked.kind in ('entry', 'context') then visits.entered_at
            when asked.kind = 'action' or next.ordinal > asked.ordinal then visits.exited_at
        end as asked_at,
        case when asked.kind in ('entry', 'context') then visits.time_precision
            else visits.exit_precision end = 'day' as is_day,
        visits.entered_at,
        visits.exited_at
    from asked
    inner join funnel.stage_visits as visits
        on asked.path = visits.path and asked.stage = visits.stage
    left join reference.stage_paths as next
        on visits.path = next.path and visits.next_stage = next.stage
),

-- A deal is asked for what is true of itself or of its lead, not of another deal. Of a moment of
-- which only the day is known, what became true on that day was true.
answered as (
    select
        visits.path,
        visits.lead_id,
        visits.stage,
        visits.kind,
        visits.requirement,
        visits.ordinal,
        visits.visit,
        visits.opportunity_id,
        coalesce(visits.is_ahead, false) as is_ahead,
        visits.asked_at,
        visits.entered_at,
        visits.exited_at,
        min(case
            when conditions.ended_at <= visits.asked_at then null
            when conditions.met_at <= visits.asked_at then conditions.met_at
            when visits.is_day
                and cast(conditions.met_at at time zone $time_zone as date)
                    = cast(visits.asked_at at time zone $time_zone as date)
                then conditions.met_at
        end) as met_at
    from funnel.stage_conditions as conditions
    right join visits
        on conditions.lead_id = visits.lead_id
            and conditions.condition = visits.requirement
            and coalesce(conditions.opportunity_id = visits.opportunity_id, true)
    group by
        visits.path,
        visits.lead_id,
        visits.stage,
        visits.kind,
        visits.requirement,
        visits.ordinal,
        visits.visit,
        visits.opportunity_id,
        visits.is_ahead,
        visits.asked_at,
        visits.entered_at,
        visits.exited_at
),

-- A source that never tells of a condition may have no place for it: unknown is not missing.
told as (
    select distinct
        conditions.condition,
        leads.source
    from identity.leads as leads
    inner join funnel.stage_conditions as conditions on leads.lead_id = conditions.lead_id
),

judged as (
    select
        answered.path,
        answered.lead_id,
        answered.stage,
        answered.kind,
        answered.requirement,
        answered.opportunity_id,
        coalesce(leads.owner_id, '(nobody)') as owner_id,
        leads.channel,
        answered.ordinal,
        answered.visit,
        answered.is_ahead,
        answered.asked_at is not null and told.source is not null as is_judged,
        answered.met_at is not null as is_met,
        answered.asked_at,
        answered.met_at,
        answered.entered_at,
        answered.exited_at
    from identity.leads as leads
    inner join answered on leads.lead_id = answered.lead_id
    left join told on leads.source = told.source and answered.requirement = told.condition
)

select * from judged
