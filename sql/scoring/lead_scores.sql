with

leads as (
    select * from identity.leads
),

sums as (
    select
        lead_id,
        cast(coalesce(sum(points) filter (where half = 'fit'), 0) as bigint) as fit,
        cast(coalesce(sum(points) filter (where half = 'behaviour'), 0) as bigint) as behaviour
    from scoring.score_events
    group by lead_id
),

totals as (
    select
        leads.lead_id,
        coalesce(sums.fit, 0) as fit,
        coalesce(sums.behaviour, 0) as behaviour,
        coalesce(sums.fit, 0) + coalesce(sums.behaviour, 0) as total
    from leads
    left join sums on leads.lead_id = sums.lead_id
),

-- The best grade whose least total is reached: grades are few, so every lead meets all of them.
best as (
    select
        totals.lead_id,
        max(grades.min_total) as min_total
    from totals
    inner join reference.score_grades as grades on totals.total >= grades.min_total
    group by totals.lead_id
),

scores as (
    select
        totals.lead_id,
        grades.grade,
        grades.temperature,
        totals.fit,
        totals.behaviour,
        totals.total
    from totals
    inner join best on totals.lead_id = best.lead_id
    inner join reference.score_grades as grades on best.min_total = grades.min_total
)

select * from scores
