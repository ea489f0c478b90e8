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

-- Points for what it does, by the rules that held when they were earned.
earned as (
    select
        earned.lead_id,
        earned.seen_at
    from scoring.rule_versions as versions
    inner join scoring.earned_points as earned on versions.rules_version = earned.rules_version
    inner join scoring.score_bounds as rules
        on earned.rules_version = rules.rules_version and earned.node = rules.node
    inner join scoring.score_bounds as groups
        on rules.rules_version = groups.rules_version and rules.parent_node = groups.node
    where versions.is_approved
        and (versions.from_at is null or earned.seen_at >= versions.from_at)
        and (versions.until_at is null or earned.seen_at < versions.until_at)
        and groups.parent = 'behaviour'
        and earned.points > 0
),

-- The first of them from then on, that touch included.
warmed as (
    select
        touched.lead_id,
        min(touched.entered_at) as touched_at,
        min(earned.seen_at) as entered_at
    from touched
    left join earned
        on touched.lead_id = earned.lead_id and earned.seen_at >= touched.entered_at
    group by touched.lead_id
),

entered as (
    select
        lead_id,
        unnest(['touched', 'warmed']) as stage,
        unnest([touched_at, entered_at]) as entered_at
    from warmed
),

entries as (
    select
        lead_id,
        stage,
        'derived' as evidence,
        'second' as time_precision,
        entered_at
    from entered
    where entered_at is not null
)

select * from entries
