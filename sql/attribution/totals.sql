with

conversions as (
    select * from journey.conversions
),

exclusive as (
    select distinct model
    from attribution.models
    where normalise is null
),

sums as (
    select
        model,
        conversion_id,
        exact_sum(weight) as total_weight,
        sum(case when weight > 0 then 1 else 0 end) as weighed_steps
    from attribution.weights
    where normalise is null
    group by model, conversion_id
),

totals as (
    select
        exclusive.model,
        conversions.conversion_id,
        conversions.value,
        sums.total_weight,
        coalesce(sums.weighed_steps, 0) as weighed_steps
    from conversions
    cross join exclusive
    left join sums
        on exclusive.model = sums.model and conversions.conversion_id = sums.conversion_id
)

select * from totals
