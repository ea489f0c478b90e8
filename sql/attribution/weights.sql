with

models as (
    select * from attribution.models
),

steps as (
    select * from journey.steps
),

weights as (
    select
        models.model,
        models.step_id,
        steps.conversion_id,
        models.weight
    from models
    inner join steps on models.step_id = steps.step_id
    where models.weight > 0
)

select * from weights
