with

leads as (
    select * from identity.leads
),

visitors as (
    select * from identity.visitors
),

-- What leads did on the web until $as_of.
touches as (
    select
        leads.lead_id,
        touches.kind,
        touches.landing_url
    from entities.touchpoints as touches
    inner join visitors on touches.visitor_id = visitors.visitor_id
    inner join leads on visitors.person_id = leads.person_id
    where cast(touches.touched_at at time zone $time_zone as date) <= $as_of
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
),

-- One line per signal; what it is worth stands in reference.score_points.
seen as (
    select lead_id, 'title' as signal, lower(btrim(title)) as value from leads
    union all
    select lead_id, 'industry' as signal, lower(btrim(industry)) as value from leads
    union all
    select
        lead_id,
        'size' as signal,
        case
            when employees >= 1000 then '1000+'
            when employees >= 500 then '500+'
            when employees >= 100 then '100+'
            when employees >= 50 then '50+'
        end as value
    from leads
    union all
    select lead_id, 'mailbox' as signal, mailbox as value from leads
    union all
    select lead_id, 'touch' as signal, kind as value from touches
    union all
    -- The page without host, language and query: https://host/zh/pricing?x is /pricing.
    select
        lead_id,
        'page' as signal,
        regexp_replace(landing_url, '^[a-z]+://[^/?#]*(/zh)?([^?#]*).*$', '\2') as value
    from touches
    union all
    select lead_id, 'activity' as signal, direction as value from activities
),

signals as (
    select
        lead_id,
        signal,
        value,
        count(*) as times
    from seen
    where lead_id is not null and value is not null and value <> ''
    group by lead_id, signal, value
)

select * from signals
