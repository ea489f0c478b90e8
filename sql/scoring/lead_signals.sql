with

leads as (
    select * from identity.leads
),

activities as (
    select
        members.lead_id,
        activities.direction
    from entities.activities as activities
    inner join identity.members as members
        on concat('lead:', activities.record_id) = members.contact_id
    where cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
        and not activities.is_automated
        and members.lead_id is not null
),

-- One part per signal; what it is worth stands in reference.score_points.
seen as (
    select lead_id, 'title' as signal, lower(btrim(title)) as value, 1 as times from leads
    union all
    select lead_id, 'industry' as signal, lower(btrim(industry)) as value, 1 as times from leads
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
        1 as times
    from leads
    union all
    select lead_id, 'mailbox' as signal, mailbox as value, 1 as times from leads
    union all
    select lead_id, 'touch' as signal, kind as value, times from scoring.lead_visits
    union all
    select lead_id, 'page' as signal, page as value, times from scoring.lead_visits
    union all
    select lead_id, 'activity' as signal, direction as value, 1 as times from activities
),

signals as (
    select
        lead_id,
        signal,
        value,
        sum(times) as times
    from seen
    where value is not null and value <> ''
    group by lead_id, signal, value
)

select * from signals
