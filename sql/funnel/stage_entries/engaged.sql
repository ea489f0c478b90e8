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

-- The first points for what it did from then on, that touch included.
warmed as (
    select
        touched.lead_id,
        min(touched.entered_at) as touched_at,
        min(events.scored_at) as entered_at
    from touched
    left join scoring.score_events as events
        on touched.lead_id = events.lead_id
            and events.half = 'behaviour'
            and events.points > 0
            and events.scored_at >= touched.entered_at
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
