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

-- Links that followed one another are the first ones of the chain.
followed as (
    select
        lead_id,
        max(ordinal) as ordinal
    from funnel.lead_stages
    where path = $chain_path and in_order_at is not null
    group by lead_id
),

described as (
    select
        leads.lead_id,
        leads.channel,
        scores.grade,
        scores.temperature,
        scores.matrix_cell,
        scores.rules_version,
        stages.stage as furthest_stage,
        links.stage as chain_break,
        scores.fit,
        scores.behaviour,
        scores.total,
        scores.gained_7_days,
        scores.gained_30_days,
        leads.captured_at
    from leads
    inner join scores on leads.lead_id = scores.lead_id
    left join furthest on leads.lead_id = furthest.lead_id
    left join reference.stage_paths as stages
        on furthest.ordinal = stages.ordinal and stages.path = $stage_path
    left join followed on leads.lead_id = followed.lead_id
    left join reference.stage_paths as links
        on coalesce(followed.ordinal, 0) + 1 = links.ordinal and links.path = $chain_path
)

select * from described
