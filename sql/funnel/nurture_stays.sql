with

members as (
    select * from identity.members where lead_id is not null
),

enrolled as (
    select
        enrolments.program,
        members.lead_id,
        enrolments.enrolment_id,
        case
            when cast(enrolments.left_at at time zone $time_zone as date) <= $as_of
                then enrolments.leave_reason
        end as leave_reason,
        enrolments.enrolled_at,
        case
            when cast(enrolments.left_at at time zone $time_zone as date) <= $as_of
                then enrolments.left_at
        end as left_at
    from entities.enrolments as enrolments
    inner join members on concat('lead:', enrolments.record_id) = members.contact_id
    where enrolments.arm = 'treated'
        and cast(enrolments.enrolled_at at time zone $time_zone as date) <= $as_of
),

present as (
    select moment from scoring.score_moments where kind = 'as_of'
),

-- A stay that goes on is looked at as it is now.
looked_at as (
    select
        enrolled.*,
        coalesce(enrolled.left_at, present.moment) as looked_at
    from present
    cross join enrolled
)

select
    looked_at.program,
    looked_at.lead_id,
    looked_at.enrolment_id,
    looked_at.leave_reason,
    cast(coalesce(entries.total, 0) as decimal(18,4)) as entry_score,
    cast(coalesce(exits.total, 0) as decimal(18,4)) as exit_score,
    looked_at.enrolled_at,
    looked_at.left_at
from looked_at
left join scoring.score_history as entries
    on looked_at.lead_id = entries.lead_id and looked_at.enrolled_at = entries.told_at
left join scoring.score_history as exits
    on looked_at.lead_id = exits.lead_id and looked_at.looked_at = exits.told_at
