with

totals as (
    select * from attribution.totals
),

weights as (
    select * from attribution.weights
),

shares as (
    select
        totals.model,
        totals.conversion_id,
        coalesce(weights.step_id, concat(totals.conversion_id, '#0')) as step_id,
        totals.anchor,
        totals.currency,
        coalesce(weights.weight, 1.0) as weight,
        coalesce(weights.weight / totals.total_weight, 1.0) as credit,
        totals.value as conversion_value,
        totals.converted_at
    from totals
    left join weights
        on totals.model = weights.model and totals.conversion_id = weights.conversion_id
),

-- Shares have ten decimals: with fewer, the odd unit that the first steps get would show in totals.
credited as (
    select
        *,
        apportion(weight, cast(conversion_value as decimal(28,10)))
            over (partition by conversion_id, model order by step_id) as value
    from shares
),

steps as (
    select * from journey.steps
),

credits as (
    select
        credited.model,
        credited.conversion_id,
        credited.step_id,
        steps.touch_id,
        credited.anchor,
        coalesce(steps.channel, '(unattributed)') as channel,
        steps.campaign,
        case when steps.step_id is null then 'no_weight' else steps.unattributed_reason end
            as unattributed_reason,
        credited.currency,
        credited.weight,
        credited.credit,
        credited.value,
        credited.conversion_value,
        credited.converted_at
    from credited
    left join steps on credited.step_id = steps.step_id
)

select * from credits
