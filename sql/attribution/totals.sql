with

conversions as (
    select * from journey.conversions
),

model_names as (
    select distinct model from attribution.models
),

sums as (
    select
        model,
        conversion_id,
        exact_sum(weight) as total_weight
    from attribution.weights
    group by model, conversion_id
),

totals as (
    select
        model_names.model,
        conversions.conversion_id,
        conversions.anchor,
        conversions.currency,
        conversions.value,
        sums.total_weight,
        conversions.converted_at
    from conversions
    cross join model_names
    left join sums
        on model_names.model = sums.model and conversions.conversion_id = sums.conversion_id
)

select * from totals
