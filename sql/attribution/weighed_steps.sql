with

totals as (
    select * from attribution.totals
),

-- What is no weight fails a check of attribution.models, which names it.
weights as (
    select * from attribution.weights where normalise is null and weight > 0 and weight <= 1e300
),

weighed_steps as (
    select
        totals.model,
        totals.conversion_id,
        coalesce(weights.step_id, concat(totals.conversion_id, '#0')) as step_id,
        coalesce(weights.weight, 1.0) as weight,
        coalesce(weights.weight / totals.total_weight, 1.0) as credit,
        cast(totals.value as decimal(28,10)) as conversion_value,
        totals.weighed_steps
    from totals
    left join weights
        on totals.model = weights.model and totals.conversion_id = weights.conversion_id
)

select * from weighed_steps
