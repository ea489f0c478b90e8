with

-- The form that made the lead is no content it came for later.
touched as (
    select
        visits.lead_id,
        min(visits.touched_at) as entered_at
    from identity.leads as leads
    inner join scoring.lead_visits as visits on leads.lead_id = visits.lead_id
    where visits.touched_at >= leads.captured_at
        and visits.kind in
            ('page_view', 'email_open', 'email_click', 'webinar', 'download', 'event')
    group by visits.lead_id
),

-- Rules for what a lead does, and while which they held.
rules as (
    select
        rules.rules_version,
        rules.node,
        versions.from_at,
        versions.until_at
    from scoring.rule_versions as versions
    inner join scoring.score_bounds as rules on versions.rules_version = rules.rules_version
    inner join scoring.score_bounds as groups
        on rules.rules_version = groups.rules_version and rules.parent_node = groups.node
    where versions.is_approved and groups.parent = 'behaviour'
),

-- Points by the rules that held when they were earned.
earned as (
    select
        earned.lead_id,
        earned.seen_at
    from rules
    inner join scoring.earned_points as earned
        on rules.rules_version = earned.rules_version and rules.node = earned.node
    where (rules.from_at is null or earned.seen_at >= rules.from_at)
        and (rules.until_at is null or earned.seen_at < rules.until_at)
        and earned.points > 0
),

-- The first of them from the first touch on, that touch included.
warmed as (
    select
        touched.lead_id,
        min(earned.seen_at) as entered_at
    from touched
    inner join earned on touched.lead_id = earned.lead_id
    where earned.seen_at >= touched.entered_at
    group by touched.lead_id
),

entered as (
    select
        lead_id,
        'touched' as stage,
        entered_at
    from touched
    union all
    select
        lead_id,
        'warmed' as stage,
        entered_at
    from warmed
)

select
    lead_id,
    stage,
    'derived' as evidence,
    'second' as time_precision,
    entered_at
from entered
