with

scores as (
    select * from scoring.lead_scores
),

leads as (
    select * from funnel.leads where captured_date <= $as_of
),

furthest as (
    select
        lead_id,
        max(ordinal) as ordinal
    from funnel.lead_stages
    where path = $stage_path
    group by lead_id
),

described as (
    select
        leads.lead_id,
        leads.channel,
        scores.grade,
        scores.temperature,
        stages.stage as furthest_stage,
        scores.fit,
        scores.behaviour,
        scores.total,
        leads.captured_at
    from leads
    inner join scores on leads.lead_id = scores.lead_id
    left join furthest on leads.lead_id = furthest.lead_id
    left join reference.stage_paths as stages
        on furthest.ordinal = stages.ordinal and stages.path = $stage_path
)

select * from described
