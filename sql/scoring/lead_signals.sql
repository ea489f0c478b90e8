with

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
    select * from scoring.lead_traits
),

titles as (
    select
        *,
        case
            when regexp_like(value, 'intern|student|trainee|实习|学生') then 'junior'
            when regexp_like(
                value, '(^|[^a-z])(c[efito]o|chief|vp|president|director|head|owner)|总监|总经理|总裁|董事'
            ) then 'executive'
            when regexp_like(value, 'manager|lead([^a-z]|$)|经理|厂长|主管') then 'manager'
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
        until_at
    from traits
    union all
    select lead_id, 'seniority' as signal, seniority as value, evidence_id, true, from_at, until_at
    from titles
    union all
    select lead_id, 'icp' as signal, 'core' as value, evidence_id, true, from_at, until_at
    from ideals
    where until_at is null or until_at > from_at
    union all
    select lead_id, 'touch' as signal, kind as value, touch_id, false, touched_at, null
    from scoring.lead_visits
    union all
    select lead_id, 'page' as signal, page as value, touch_id, false, touched_at, null
    from scoring.lead_visits
    union all
    select lead_id, 'activity' as signal, direction as value, activity_id, false, occurred_at, null
    from activities
)

select * from signals where value <> ''
