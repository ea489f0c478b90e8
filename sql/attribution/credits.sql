with

totals as (
    select * from attribution.totals
),

weights as (
    select * from attribution.weights where normalise is null and weight > 0
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
        totals.weighed_steps,
        totals.value as conversion_value,
        totals.converted_at
    from totals
    left join weights
        on totals.model = weights.model and totals.conversion_id = weights.conversion_id
),

-- Shares have ten decimals: with fewer, the odd unit that the first steps get would show in totals.
-- Who is alone has all; to find that out needs no window, which costs most for many small ones.
credited as (
    select
        *,
        apportion(weight, cast(conversion_value as decimal(28,10)))
            over (partition by conversion_id, model order by step_id) as value
    from shares
    where weighed_steps > 1
    union all
    select
        *,
        cast(conversion_value as decimal(28,10)) as value
    from shares
    where weighed_steps <= 1
),

steps as (
    select
        *,
        nullif(concat_ws(
            ', ',
            case when is_first then 'first' end,
            case when is_lead_creation then 'lead_creation' end,
            case when is_opportunity_creation then 'opportunity_creation' end,
            case when is_closing then 'closing' end
        ), '') as roles
    from journey.steps
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
        case when steps.touch_id is not null then steps.roles end as roles,
        steps.truncated_by,
        credited.currency,
        steps.position,
        credited.weight,
        credited.credit,
        credited.value,
        credited.conversion_value,
        coalesce(steps.is_tied, false) as is_tied,
        steps.touched_at,
        credited.converted_at
    from credited
    left join steps on credited.step_id = steps.step_id
)

select * from credits
