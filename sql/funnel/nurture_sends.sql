with

members as (
    select * from identity.members where lead_id is not null
),

-- What a machine sent to a lead while it was in a programme; in two at once, it is of the one that began last.
sent as (
    select
        stays.program,
        stays.enrolment_id,
        stays.lead_id,
        activities.activity_id,
        activities.kind as medium,
        coalesce(activities.outcome = 'bounced', false) as is_bounced,
        activities.occurred_at as sent_at,
        stays.leave_reason,
        row_number() over (
            partition by activities.activity_id
            order by stays.enrolled_at desc, stays.enrolment_id desc
        ) as place
    from entities.activities as activities
    inner join members on concat('lead:', activities.record_id) = members.contact_id
    inner join funnel.nurture_stays as stays on members.lead_id = stays.lead_id
    where activities.is_automated
        and activities.direction = 'outbound'
        and activities.occurred_at >= stays.enrolled_at
        and (stays.left_at is null or activities.occurred_at <= stays.left_at)
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
),

steps as (
    select
        *,
        row_number() over (
            partition by enrolment_id order by sent_at, activity_id
        ) as step,
        lead(sent_at) over (partition by enrolment_id order by sent_at, activity_id) as next_at,
        lead(sent_at) over (
            partition by enrolment_id, medium order by sent_at, activity_id
        ) as next_of_medium_at
    from sent
    where place = 1
),

-- A mail is opened and clicked until the next mail is sent; a reply is to what was sent last, by whatever way.
answers as (
    select lead_id, kind as answer, touched_at as answered_at
    from scoring.lead_visits
    where kind in ('email_open', 'email_click')
    union all
    select members.lead_id, 'reply' as answer, activities.occurred_at as answered_at
    from entities.activities as activities
    inner join members on concat('lead:', activities.record_id) = members.contact_id
    where activities.direction = 'inbound' and not activities.is_automated
),

answered as (
    select
        steps.enrolment_id,
        steps.step,
        bool_or(answers.answer in ('email_open', 'email_click')) as is_opened,
        bool_or(answers.answer = 'email_click') as is_clicked,
        bool_or(answers.answer = 'reply') as is_replied
    from steps
    inner join answers on steps.lead_id = answers.lead_id
    where answers.answered_at >= steps.sent_at
        and case
            when answers.answer = 'reply'
                then coalesce(answers.answered_at < steps.next_at, true)
            else steps.medium = 'email'
                and coalesce(answers.answered_at < steps.next_of_medium_at, true)
        end
        and cast(answers.answered_at at time zone $time_zone as date) <= $as_of
    group by steps.enrolment_id, steps.step
)

select
    steps.enrolment_id,
    cast(steps.step as bigint) as step,
    steps.program,
    steps.lead_id,
    steps.activity_id,
    steps.medium,
    not steps.is_bounced as is_delivered,
    coalesce(answered.is_opened, false) as is_opened,
    coalesce(answered.is_clicked, false) as is_clicked,
    coalesce(answered.is_replied, false) as is_replied,
    steps.next_at is null and coalesce(steps.leave_reason = 'unsubscribed', false)
        as is_unsubscribed,
    steps.sent_at
from steps
left join answered
    on steps.enrolment_id = answered.enrolment_id and steps.step = answered.step
