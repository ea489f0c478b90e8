with

members as (
    select * from identity.members where lead_id is not null
),

-- Where somebody decided, the score says what the rules would have said.
decided as (
    select
        members.lead_id,
        events.stage,
        events.entered_at as moment
    from entities.stage_events as events
    inner join members on concat('lead:', events.record_id) = members.contact_id
    where events.stage in ('mql', 'sql')
    union all
    select
        members.lead_id,
        '' as stage,
        unnest([enrolments.enrolled_at, enrolments.left_at]) as moment
    from entities.enrolments as enrolments
    inner join members on concat('lead:', enrolments.record_id) = members.contact_id
    union all
    select lead_id, '' as stage, captured_at as moment from identity.leads
)

select
    decided.lead_id,
    bool_or(decided.stage = 'mql') as is_mql,
    bool_or(decided.stage = 'sql') as is_sql,
    decided.moment
from identity.leads as leads
inner join decided on leads.lead_id = decided.lead_id
where cast(decided.moment at time zone $time_zone as date) <= $as_of
    and cast(leads.captured_at at time zone $time_zone as date) <= $as_of
group by decided.lead_id, decided.moment
