with

members as (
    select * from identity.members where lead_id is not null
),

-- Where somebody decided, the score says what the rules would have said.
decided as (
    select
        members.lead_id,
        events.entered_at as moment
    from entities.stage_events as events
    inner join members on concat('lead:', events.record_id) = members.contact_id
    where events.stage in ('mql', 'sql')
    union all
    select
        members.lead_id,
        enrolments.enrolled_at as moment
    from entities.enrolments as enrolments
    inner join members on concat('lead:', enrolments.record_id) = members.contact_id
    union all
    select
        members.lead_id,
        enrolments.left_at as moment
    from entities.enrolments as enrolments
    inner join members on concat('lead:', enrolments.record_id) = members.contact_id
    where enrolments.left_at is not null
    union all
    select lead_id, captured_at as moment from identity.leads
)

select distinct
    decided.lead_id,
    decided.moment,
    leads.captured_at
from identity.leads as leads
inner join decided on leads.lead_id = decided.lead_id
where cast(decided.moment at time zone $time_zone as date) <= $as_of
    and cast(leads.captured_at at time zone $time_zone as date) <= $as_of
