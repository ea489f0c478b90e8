-- What each step earns under each model: credit = weight over the weights of the conversion; money by largest remainder, in units of its
-- tenth decimal.

-- Weights are binary fractions: times 2^66 they are integers, and the shares are exact.
create table attribution.credits as
with

weights as (
    select
        steps.conversion_id,
        steps.conversion_id || '#' || steps.position as step_id,
        steps.channel,
        models.model,
        case models.model
            when 'first_touch' then (steps.position = 1)::double
            when 'last_touch' then (steps.position = steps.steps_in_journey)::double
            when 'linear' then 1
            when 'position_40_20_40' then case
                when steps.steps_in_journey <= 2 then 1
                when steps.position in (1, steps.steps_in_journey) then 0.4::double
                else 0.2::double / (steps.steps_in_journey - 2)
            end
            when 'time_decay' then power(2::double, -steps.age_days / getvariable('half_life_days'))
        end as weight
    from journey.steps as steps
    cross join (values ('first_touch'), ('last_touch'), ('linear'), ('position_40_20_40'), ('time_decay')) as models(model)
),

shares as (
    select
        weights.*,
        (weights.weight * 73786976294838206464::double)::hugeint as parts,
        sum(parts) over conversion as all_parts,
        fsum(weights.weight) over conversion as total_weight,
        (conversions.value::decimal(28,10) * 10000000000)::hugeint as units,
        conversions.converted_at
    from weights
    inner join journey.conversions as conversions on weights.conversion_id = conversions.conversion_id
    where weights.weight > 0
    window conversion as (partition by weights.conversion_id, weights.model)
),

floors as (
    select
        *,
        units * parts // all_parts as whole_units,
        row_number() over (partition by conversion_id, model order by units * parts % all_parts desc, step_id) as remainder_rank,
        units - sum(units * parts // all_parts) over (partition by conversion_id, model) as left_over
    from shares
)

select
    model,
    channel,
    weight / total_weight as credit,
    (whole_units + (remainder_rank <= left_over)::int)::decimal(28,0) as units,
    converted_at
from floors;
