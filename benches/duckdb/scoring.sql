-- What each lead is and did, in points. What earns points is numbered, so that what happens often is counted by number.

create temp table points as
select row_number() over () as point_no, * from reference.score_points;

-- Few addresses differ among all touches: the page is cut out of each once.
create temp table pages as
select addresses.landing_url, points.point_no
from (select distinct landing_url from entities.touchpoints where landing_url is not null) as addresses
inner join points
    on points.signal = 'page' and points.value = regexp_extract(addresses.landing_url, '^[a-z]+://[^/?#]*(/zh)?([^?#]*)', 2);

create table scoring.lead_scores as
with

visits as (
    select
        visitors.person_id,
        kinds.point_no as kind_no,
        pages.point_no as page_no,
        count(*) as times
    from entities.touchpoints as touches
    inner join identity.visitors as visitors
        on touches.visitor_id = visitors.visitor_id
            and (visitors.from_at is null or touches.touched_at >= visitors.from_at)
            and (visitors.until_at is null or touches.touched_at < visitors.until_at)
    left join points as kinds on kinds.signal = 'touch' and touches.kind = kinds.value
    left join pages on touches.landing_url = pages.landing_url
    where touches.touched_at < getvariable('until')
    group by all
),

deeds as (
    select person_id, kind_no as point_no, sum(times) as times from visits where kind_no is not null group by all
    union all
    select person_id, page_no, sum(times) from visits where page_no is not null group by all
    union all
    select records.person_id, points.point_no, count(*)
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    inner join points on points.signal = 'activity' and activities.direction = points.value
    group by all
),

earned as (
    select
        deeds.person_id,
        sum(points.points * least(deeds.times, points.max_times)) filter (where points.half = 'fit') as fit,
        sum(points.points * least(deeds.times, points.max_times)) filter (where points.half = 'behaviour') as behaviour
    from deeds
    inner join points on deeds.point_no = points.point_no
    group by deeds.person_id
),

traits as (
    select
        leads.lead_id,
        leads.person_id,
        [titles, industries, sizes, mailboxes] as found
    from identity.leads as leads
    left join points as titles on titles.signal = 'title' and lower(trim(leads.title)) = titles.value
    left join points as industries on industries.signal = 'industry' and lower(trim(leads.industry)) = industries.value
    left join points as sizes
        on sizes.signal = 'size' and sizes.value = case
            when leads.employees >= 1000 then '1000+'
            when leads.employees >= 500 then '500+'
            when leads.employees >= 100 then '100+'
            when leads.employees >= 50 then '50+'
        end
    left join points as mailboxes on mailboxes.signal = 'mailbox' and leads.mailbox = mailboxes.value
),

totals as (
    select
        traits.lead_id,
        (coalesce(list_sum([x.points for x in traits.found if x.half = 'fit']), 0) + coalesce(earned.fit, 0))::bigint as fit,
        (coalesce(list_sum([x.points for x in traits.found if x.half = 'behaviour']), 0) + coalesce(earned.behaviour, 0))::bigint as behaviour
    from traits
    left join earned on traits.person_id = earned.person_id
)

select totals.*, fit + behaviour as total, grades.grade, grades.temperature
from totals
asof join reference.score_grades as grades on totals.fit + totals.behaviour >= grades.min_total;
