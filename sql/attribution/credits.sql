with

shares as (
    select * from attribution.shares
),

conversions as (
    select * from journey.conversions
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

credited as (
    select
        shares.*,
        conversions.anchor,
        conversions.currency,
        conversions.value as conversion_value,
        conversions.converted_at
    from conversions
    inner join shares on conversions.conversion_id = shares.conversion_id
),

-- In each join the small side stands left, where it is held in memory.
credits as (
    select
        shares.model,
        shares.conversion_id,
        shares.step_id,
        steps.touch_id,
        shares.anchor,
        coalesce(steps.channel, '(unattributed)') as channel,
        steps.campaign,
        case when steps.step_id is null then 'no_weight' else steps.unattributed_reason end
            as unattributed_reason,
        case when steps.touch_id is not null then steps.roles end as roles,
        steps.truncated_by,
        shares.currency,
        steps.position,
        shares.weight,
        shares.credit,
        shares.value,
        shares.conversion_value,
        coalesce(steps.is_tied, false) as is_tied,
        steps.touched_at,
        shares.converted_at
    from steps
    right join credited as shares on steps.step_id = shares.step_id
)

select * from credits
