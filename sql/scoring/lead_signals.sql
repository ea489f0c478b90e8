with

leads as (
    select * from identity.leads
),

activities as (
    select
        members.lead_id,
        activities.activity_id,
        activities.direction,
        activities.occurred_at
    from identity.members as members
    inner join entities.activities as activities
        on members.contact_id = concat('lead:', activities.record_id)
    where cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
        and not activities.is_automated
        and members.lead_id is not null
),

traits as (
    select lead_id, 'title' as signal, lower(btrim(title)) as value, captured_at from leads
    union all
    select lead_id, 'industry' as signal, lower(btrim(industry)) as value, captured_at from leads
    union all
    select
        lead_id,
        'size' as signal,
        case
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500+'
            when employees >= 100 then '100+'
            when employees >= 50 then '50+'
        end as value,
        captured_at
    from leads
    union all
    select lead_id, 'mailbox' as signal, mailbox as value, captured_at from leads
),

-- One part per signal; what it is worth stands in reference.score_points.
signals as (
    select lead_id, signal, value, lead_id as evidence_id, captured_at as seen_at from traits
    union all
    select lead_id, 'touch' as signal, kind as value, touch_id as evidence_id, touched_at as seen_at
    from scoring.lead_visits
    union all
    select lead_id, 'page' as signal, page as value, touch_id as evidence_id, touched_at as seen_at
    from scoring.lead_visits
    union all
    select
        lead_id,
        'activity' as signal,
        direction as value,
        activity_id as evidence_id,
        occurred_at as seen_at
    from activities
)

select * from signals where value <> ''
