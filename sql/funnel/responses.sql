with

members as (
    select * from identity.members where lead_id is not null
),

moves as (
    select
        members.lead_id,
        assignments.kind,
        assignments.from_owner_id,
        assignments.to_owner_id,
        assignments.assigned_at,
        assignments.assignment_id
    from members
    inner join entities.assignments as assignments
        on members.contact_id = concat('lead:', assignments.record_id)
    where cast(assignments.assigned_at at time zone $time_zone as date) <= $as_of
),

-- The first person who got the lead; where no routing is logged, its owner from the capture on.
assigned as (
    select
        lead_id,
        first_value(to_owner_id order by assigned_at, assignment_id) as rep_id,
        min(assigned_at) as assigned_at
    from moves
    where kind in ('assign', 'claim') and to_owner_id is not null
    group by lead_id
),

started as (
    select
        leads.lead_id,
        coalesce(assigned.rep_id, leads.owner_id) as rep_id,
        assigned.lead_id is not null as is_logged,
        leads.captured_at,
        coalesce(assigned.assigned_at, leads.captured_at) as assigned_at
    from identity.leads as leads
    left join assigned on leads.lead_id = assigned.lead_id
    where cast(coalesce(assigned.assigned_at, leads.captured_at) at time zone $time_zone as date)
        <= $as_of
),

tries as (
    select
        started.lead_id,
        activities.kind,
        outcomes.outcome is not null as is_two_way,
        attempts.occurred_at
    from started
    inner join funnel.attempts as attempts on started.lead_id = attempts.lead_id
    inner join entities.activities as activities on attempts.activity_id = activities.activity_id
    left join reference.contact_outcomes as outcomes
        on activities.kind = outcomes.kind
            and lower(btrim(activities.outcome)) = outcomes.outcome
            and outcomes.is_reached
    where attempts.occurred_at >= started.assigned_at
),

summed as (
    select
        lead_id,
        count(*) as attempts,
        count(distinct kind) as kinds,
        count(distinct cast(occurred_at at time zone $time_zone as date)) as active_days,
        min(occurred_at) as attempted_at,
        min(case when is_two_way then occurred_at end) as reached_at
    from tries
    group by lead_id
),

joined as (
    select
        started.lead_id,
        started.rep_id,
        coalesce(reps.calendar, $default_calendar) as calendar,
        started.is_logged,
        coalesce(summed.attempts, 0) as attempts,
        coalesce(summed.kinds, 0) as kinds,
        coalesce(summed.active_days, 0) as active_days,
        started.captured_at,
        started.assigned_at,
        summed.attempted_at,
        summed.reached_at,
        -- Who was not answered has waited until the end of the day.
        cast(cast(started.assigned_at as bigint) / 1000000 as bigint) as from_s,
        coalesce(
            cast(cast(summed.attempted_at as bigint) / 1000000 as bigint),
            ($as_of - date '1970-01-01' + 1) * 86400
                - utc_offset_s(cast($as_of as timestamp), $time_zone)
        ) as until_s
    from started
    left join reference.reps as reps on started.rep_id = reps.rep_id
    left join summed on started.lead_id = summed.lead_id
),

zones as (
    select
        calendar,
        min(time_zone) as time_zone
    from reference.calendars
    group by calendar
),

-- The calendar's own day of both moments.
placed as (
    select
        joined.*,
        date '1970-01-01' + cast(
            (from_s + utc_offset_s(to_timestamp_seconds(from_s), zones.time_zone)) / 86400 as int
        ) as from_day,
        date '1970-01-01' + cast(
            (until_s + utc_offset_s(to_timestamp_seconds(until_s), zones.time_zone)) / 86400 as int
        ) as until_day
    from joined
    inner join zones on joined.calendar = zones.calendar
),

responses as (
    select
        placed.lead_id,
        placed.rep_id,
        placed.calendar,
        placed.attempted_at is not null as is_attempted,
        placed.reached_at is not null as is_reached,
        placed.is_logged,
        placed.attempts,
        placed.kinds,
        placed.active_days,
        placed.until_s - placed.from_s as waited_s,
        untils.seconds_before
            + greatest(least(placed.until_s, untils.closes_s) - untils.opens_s, 0)
            - froms.seconds_before
            - greatest(least(placed.from_s, froms.closes_s) - froms.opens_s, 0)
            as business_waited_s,
        placed.captured_at,
        placed.assigned_at,
        placed.attempted_at,
        placed.reached_at
    from placed
    inner join funnel.business_days as froms
        on placed.calendar = froms.calendar and placed.from_day = froms.day
    inner join funnel.business_days as untils
        on placed.calendar = untils.calendar and placed.until_day = untils.day
)

select * from responses
