with

weights as (
    select * from attribution.weights where normalise is not null and weight > 0 and weight <= 1e300
),

steps as (
    select * from journey.steps
),

conversions as (
    select * from journey.conversions
),

sums as (
    select
        model,
        conversion_id,
        channel,
        exact_sum(weight) as total_weight
    from weights
    group by model, conversion_id, channel
),

claims as (
    select
        weights.model,
        weights.conversion_id,
        weights.step_id,
        steps.touch_id,
        conversions.anchor,
        weights.channel,
        steps.campaign,
        steps.unattributed_reason,
        weights.normalise,
        conversions.currency,
        steps.position,
        weights.weight,
        case weights.normalise
            when 'conversion_channel' then weights.weight / sums.total_weight
            else weights.weight
        end as claim,
        -- What a channel claims in all, to the fourth decimal; its touches share that.
        case weights.normalise
            when 'conversion_channel' then cast(conversions.value as decimal(28,10))
            else cast(
                cast(sums.total_weight * cast(conversions.value as double) as decimal(18,4))
                as decimal(28,10)
            )
        end as claimed_value,
        conversions.value as conversion_value,
        steps.touched_at,
        conversions.converted_at
    from weights
    inner join steps on weights.step_id = steps.step_id
    inner join conversions on weights.conversion_id = conversions.conversion_id
    inner join sums
        on weights.model = sums.model
            and weights.conversion_id = sums.conversion_id
            and weights.channel = sums.channel
),

valued as (
    select
        model,
        conversion_id,
        step_id,
        touch_id,
        anchor,
        channel,
        campaign,
        unattributed_reason,
        normalise,
        currency,
        position,
        weight,
        claim,
        apportion(weight, claimed_value)
            over (partition by conversion_id, model, channel order by step_id) as value,
        conversion_value,
        touched_at,
        converted_at
    from claims
)

select * from valued
