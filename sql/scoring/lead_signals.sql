with

activities as (
    select
        members.lead_id,
        activities.activity_id,
        activities.direction,
        activities.occurred_at,
        greatest(activities.occurred_at, leads.captured_at) as known_at
    from identity.members as members
    inner join entities.activities as activities
        on members.contact_id = concat('lead:', activities.record_id)
    inner join identity.leads as leads on members.lead_id = leads.lead_id
    where cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
        and not activities.is_automated
),

traits as (
    select * from scoring.lead_traits
),

titles as (
    select
        *,
        case
            when regexp_like(
                value, '(^|[^a-z])(intern|internship|student|trainee)([^a-z]|$)|实习|学生'
            ) then 'junior'
            when regexp_like(
                value,
                '(^|[^a-z])(c[efito]o|chief|vp|president|director|head|owner)([^a-z]|$)|总监|总经理|总裁|董事'
            ) and not regexp_like(value, '(product|process|project) owner') then 'executive'
            when regexp_like(value, '(^|[^a-z])(manager|lead)([^a-z]|$)|经理|厂长|主管') then 'manager'
            else 'staff'
        end as seniority
    from traits
    where trait = 'title'
),

-- The ideal customer: somebody who decides, in a company large enough, while both are so.
ideals as (
    select
        titles.lead_id,
        case
            when titles.from_at >= sizes.from_at then titles.evidence_id else sizes.evidence_id
        end as evidence_id,
        greatest(titles.from_at, sizes.from_at) as from_at,
        case
            when titles.until_at is null then sizes.until_at
            when sizes.until_at is null then titles.until_at
            else least(titles.until_at, sizes.until_at)
        end as until_at
    from titles
    inner join traits as sizes on titles.lead_id = sizes.lead_id
    where titles.seniority in ('executive', 'manager')
        and sizes.trait = 'size'
        and sizes.value in ('100+', '500+', '1000+')
),

-- One part per signal; what it is worth stands in reference.score_rules.
signals as (
    select
        lead_id,
        trait as signal,
        value,
        evidence_id,
        true as is_state,
        from_at as seen_at,
        from_at as known_at,
        until_at
    from traits
    union all
    select lead_id, 'seniority', seniority, evidence_id, true, from_at, from_at as known_at, until_at
    from titles
    union all
    select lead_id, 'icp', 'core', evidence_id, true, from_at, from_at as known_at, until_at
    from ideals
    where until_at is null or until_at > from_at
    union all
    select lead_id, 'touch', kind, touch_id, false, touched_at, known_at, null
    from scoring.lead_visits
    union all
    select lead_id, 'page', page, touch_id, false, touched_at, known_at, null
    from scoring.lead_visits
    union all
    select lead_id, 'activity', direction, activity_id, false, occurred_at, known_at, null
    from activities
)

select * from signals where value <> ''
