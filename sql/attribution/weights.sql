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
        steps.channel,
        models.normalise,
        models.weight
    from models
    inner join steps on models.step_id = steps.step_id
)

select * from weights
