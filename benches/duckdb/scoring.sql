-- What each lead is and did, in points.

create table scoring.lead_scores as
with

-- Touches are counted by whole address first: few differ, and the page is cut out of those.
visits as (
    select
        people.lead_id,
        touches.kind,
        touches.landing_url,
        count(*) as times
    from entities.touchpoints as touches
    inner join identity.visitors as visitors on touches.visitor_id = visitors.visitor_id
    inner join identity.people as people on visitors.person_id = people.person_id
    where touches.touched_at < getvariable('until') and people.lead_id is not null
    group by all
),

seen as (
    select lead_id, 'title' as signal, lower(trim(title)) as value, 1 as times from identity.leads
    union all
    select lead_id, 'industry', lower(trim(industry)), 1 from identity.leads
    union all
    select
        lead_id,
        'size',
        case when employees >= 1000 then '1000+' when employees >= 500 then '500+' when employees >= 100 then '100+' when employees >= 50 then '50+' end,
        1
    from identity.leads
    union all
    select lead_id, 'mailbox', mailbox, 1 from identity.leads
    union all
    select lead_id, 'touch', kind, sum(times) from visits group by lead_id, kind
    union all
    select lead_id, 'page', regexp_extract(landing_url, '^[a-z]+://[^/?#]*(/zh)?([^?#]*)', 2) as page, sum(times)
    from visits
    group by lead_id, page
    union all
    select records.lead_id, 'activity', activities.direction, count(*)
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    where records.lead_id is not null
    group by records.lead_id, activities.direction
),

sums as (
    select
        seen.lead_id,
        sum(score_points.points * least(seen.times, score_points.max_times)) filter (where score_points.half = 'fit') as fit,
        sum(score_points.points * least(seen.times, score_points.max_times)) filter (where score_points.half = 'behaviour') as behaviour
    from seen
    inner join reference.score_points as score_points on seen.signal = score_points.signal and seen.value = score_points.value
    group by seen.lead_id
),

totals as (
    select
        leads.lead_id,
        coalesce(sums.fit, 0)::bigint as fit,
        coalesce(sums.behaviour, 0)::bigint as behaviour,
        (coalesce(sums.fit, 0) + coalesce(sums.behaviour, 0))::bigint as total
    from identity.leads as leads
    left join sums on leads.lead_id = sums.lead_id
)

select totals.*, grades.grade, grades.temperature
from totals
asof join reference.score_grades as grades on totals.total >= grades.min_total;
