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

-- Owners of products and processes own no company, and whoever assists somebody stands not where that one does.
ranks as (
    select
        *,
        regexp_replace(value, '(product|process|project) owner', ' ', 'g') as rank_words,
        regexp_like(
            value, '(^|[^a-z])(executive assistant|(assistant|secretary) (to|of))([^a-z]|$)|助理$'
        ) as is_assistant
    from traits
    where trait = 'title'
),

titles as (
    select
        *,
        case
            when regexp_like(
                value, '(^|[^a-z])(intern|internship|student|trainee)([^a-z]|$)|实习|学生'
            ) then 'junior'
            when is_assistant then 'staff'
            when regexp_like(
                rank_words,
                '(^|[^a-z])(c[a-z]o|chief|[aes]?vp|president|(co-?)?founder|(managing|founding|general) partner|director|head|owner)([^a-z]|$)'
            ) or regexp_like(value, '总监|总经理|总裁|董事|创始人') then 'executive'
            when regexp_like(value, '(^|[^a-z])(manager|lead)([^a-z]|$)|经理|厂长|主管') then 'manager'
            else 'staff'
        end as seniority
    from ranks
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
