-- The score of every lead at the end of the last day, by the rules that hold then: what is left of its points after decay, within the bounds of
-- rule, group, half and total. How scores came to be over time, and with it the grade, is not made here.

create temp table rules as
select row_number() over (order by signal, value) as rule_no, rules.*
from (
    select rules.*
    from reference.score_rules as rules
    inner join reference.score_versions as versions using (rules_version)
    where versions.effective_date <= getvariable('as_of')
    qualify row_number() over (partition by signal, value order by effective_date desc) = 1
) as rules
where points <> 0;

create temp table bounds as
select bounds.*
from reference.score_bounds as bounds
inner join reference.score_versions as versions using (rules_version)
where versions.effective_date <= getvariable('as_of')
qualify row_number() over (partition by bound order by effective_date desc) = 1;

-- Few addresses differ among all touches: the page is cut out of each once.
create temp table pages as
select addresses.landing_url, rules.rule_no
from (select distinct landing_url from entities.touchpoints where landing_url is not null) as addresses
inner join rules
    on rules.signal = 'page'
        and rules.value = rtrim(regexp_replace(lower(addresses.landing_url), '^[a-z]+://[^/?#]*(?:/zh(/[^?#]*|)|([^?#]*))(?:[?#].*)?$', '\1\2'), '/');

create temp table traits as
with

said as (
    select
        records.lead_id,
        lead_records.record_id,
        greatest(lead_records.captured_at, leads.captured_at) as from_at,
        lead_records.captured_at,
        unnest(['title', 'industry', 'region', 'size', 'mailbox']) as trait,
        unnest([
            lower(trim(lead_records.title)),
            lower(trim(lead_records.industry)),
            lower(trim(lead_records.region)),
            case
                when lead_records.employees >= 1000 then '1000+'
                when lead_records.employees >= 500 then '500+'
                when lead_records.employees >= 100 then '100+'
                when lead_records.employees >= 50 then '50+'
                when lead_records.employees >= 0 then '1+'
            end,
            records.mailbox
        ]) as value
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    inner join identity.leads as leads on records.lead_id = leads.lead_id
    where lead_records.captured_at < getvariable('until')
)

-- What is said last holds.
select *
from said
where value <> ''
qualify row_number() over (partition by lead_id, trait order by from_at desc, captured_at desc, record_id desc) = 1;

create temp table titles as
select
    *,
    case
        when regexp_matches(value, '(^|[^a-z])(intern|internship|student|trainee)([^a-z]|$)|实习|学生') then 'junior'
        when regexp_matches(value, '(^|[^a-z])(c[efito]o|chief|vp|president|director|head|owner)([^a-z]|$)|总监|总经理|总裁|董事')
            and not regexp_matches(value, '(product|process|project) owner') then 'executive'
        when regexp_matches(value, '(^|[^a-z])(manager|lead)([^a-z]|$)|经理|厂长|主管') then 'manager'
        else 'staff'
    end as seniority
from traits
where trait = 'title';

create temp table fits as
select lead_id, trait as signal, value, record_id as evidence_id, from_at as seen_at from traits
union all
select lead_id, 'seniority', seniority, record_id, from_at from titles
union all
select titles.lead_id, 'icp', 'core', titles.record_id, greatest(titles.from_at, sizes.from_at)
from titles
inner join traits as sizes on titles.lead_id = sizes.lead_id
where titles.seniority in ('executive', 'manager') and sizes.trait = 'size' and sizes.value in ('100+', '500+', '1000+');

create table scoring.lead_scores as
with

visits as (
    select
        leads.lead_id,
        touches.touch_id,
        touches.touched_at,
        kinds.rule_no as kind_no,
        pages.rule_no as page_no
    from entities.touchpoints as touches
    inner join identity.visitors as visitors
        on touches.visitor_id = visitors.visitor_id
            and (visitors.from_at is null or touches.touched_at >= visitors.from_at)
            and (visitors.until_at is null or touches.touched_at < visitors.until_at)
    inner join identity.leads as leads on visitors.person_id = leads.person_id
    left join rules as kinds on kinds.signal = 'touch' and touches.kind = kinds.value
    left join pages on touches.landing_url = pages.landing_url
    where touches.touched_at < getvariable('until')
),

seen as (
    select fits.lead_id, rules.rule_no, fits.evidence_id, fits.seen_at
    from fits
    inner join rules on fits.signal = rules.signal and fits.value = rules.value
    union all
    select lead_id, kind_no, touch_id, touched_at from visits where kind_no is not null
    union all
    select lead_id, page_no, touch_id, touched_at from visits where page_no is not null
    union all
    select records.lead_id, rules.rule_no, activities.activity_id, activities.occurred_at
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    inner join rules on rules.signal = 'activity' and activities.direction = rules.value
    where records.lead_id is not null
),

counted as (
    select seen.lead_id, seen.rule_no, seen.seen_at
    from seen
    inner join rules on seen.rule_no = rules.rule_no
    qualify row_number() over (
        partition by seen.lead_id, seen.rule_no,
            coalesce((local_date(seen.seen_at) - date '1970-01-05') // rules.within_days, 0)
        order by seen.seen_at, seen.evidence_id
    ) <= rules.max_times
),

rests as (
    select
        counted.lead_id,
        counted.rule_no,
        date_diff('microsecond', counted.seen_at, getvariable('until')) - 1 as age_us,
        rules.*
    from counted
    inner join rules on counted.rule_no = rules.rule_no
),

left_over as (
    select
        lead_id,
        rule_no,
        score_group,
        points,
        max_points,
        case decay
            when 'none' then points::decimal(18,4)
            when 'window' then case when age_us < decay_days * 86400000000 then points else 0 end::decimal(18,4)
            when 'exponential' then round(points * pow(2.0::double, -age_us / (decay_days * 86400000000.0)), 4)::decimal(18,4)
            else ((points * 10000 - points * 10000 * least(age_us // (decay_days * 86400000000), decay_steps) // decay_steps) / 10000)::decimal(18,4)
        end as rest
    from rests
),

by_rule as (
    select
        lead_id,
        score_group,
        case
            when points > 0 and max_points is not null then least(sum(rest), max_points)
            when points < 0 and max_points is not null then greatest(sum(rest), -max_points)
            else sum(rest)
        end as kept
    from left_over
    group by lead_id, rule_no, score_group, points, max_points
),

by_group as (
    select
        by_rule.lead_id,
        groups.parent as half,
        least(
            greatest(sum(by_rule.kept), coalesce(groups.min_points, -1e12::decimal(18,4))),
            coalesce(groups.max_points, 1e12::decimal(18,4))
        ) as kept
    from by_rule
    inner join bounds as groups on by_rule.score_group = groups.bound
    group by by_rule.lead_id, groups.parent, groups.bound, groups.min_points, groups.max_points
),

by_half as (
    select
        by_group.lead_id,
        by_group.half,
        least(
            greatest(sum(by_group.kept), coalesce(halves.min_points, -1e12::decimal(18,4))),
            coalesce(halves.max_points, 1e12::decimal(18,4))
        ) as kept
    from by_group
    inner join bounds as halves on by_group.half = halves.bound
    group by by_group.lead_id, by_group.half, halves.min_points, halves.max_points
),

halves as (
    select
        lead_id,
        coalesce(sum(kept) filter (where half = 'fit'), 0) as fit,
        coalesce(sum(kept) filter (where half = 'behaviour'), 0) as behaviour
    from by_half
    group by lead_id
)

-- The halves fit into the total, as they are bounded.
select
    leads.lead_id,
    coalesce(halves.fit, 0)::decimal(18,4) as fit,
    coalesce(halves.behaviour, 0)::decimal(18,4) as behaviour,
    (coalesce(halves.fit, 0) + coalesce(halves.behaviour, 0))::decimal(18,4) as total
from identity.leads as leads
left join halves on leads.lead_id = halves.lead_id;
