with

spend as (
    select * from funnel.channel_spend
),

returns as (
    select * from funnel.channel_returns
),

quality as (
    select * from marts.lead_quality where channel <> '(all)' and month <> '(all)'
),

models as (
    select distinct model from funnel.channel_returns
),

places as (
    select channel, month from spend
    union
    select channel, month from returns
    union
    select channel, month from quality
),

monthly as (
    select
        coalesce(models.model, '(none)') as model,
        places.channel,
        places.month,
        spend.spend,
        spend.unmatched_spend,
        coalesce(quality.leads, 0) as leads,
        coalesce(quality.qualified, 0) as qualified,
        coalesce(returns.leads, 0.0) as credited_leads,
        coalesce(returns.opportunities, 0.0) as credited_opportunities,
        coalesce(returns.conversions, 0.0) as conversions,
        coalesce(returns.value, cast(0 as decimal(28,10))) as value,
        returns.paid_back_date - cast(concat(places.month, '-01') as date) as payback
    from places
    left join models on true
    left join spend on places.channel = spend.channel and places.month = spend.month
    left join quality on places.channel = quality.channel and places.month = quality.month
    left join returns
        on models.model = returns.model
            and places.channel = returns.channel
            and places.month = returns.month
),

totals as (
    select
        model,
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        cast($reporting_currency as text) as currency,
        cast(sum(spend) as decimal(28,4)) as spend,
        cast(sum(unmatched_spend) as decimal(28,4)) as unmatched_spend,
        sum(leads) as leads,
        sum(qualified) as qualified,
        exact_sum(credited_leads) as credited_leads,
        exact_sum(credited_opportunities) as credited_opportunities,
        exact_sum(conversions) as conversions,
        cast(sum(value) as decimal(28,10)) as value,
        case when grouping(channel) = 0 and grouping(month) = 0 then max(payback) end as payback,
        count(*) = count(spend) as is_spend_complete
    from monthly
    group by grouping sets ((model, channel, month), (model, channel), (model, month), (model))
),

-- Leads that cost nobody knows how much would make the known cost look small.
costs as (
    select
        *,
        case when is_spend_complete then cast(spend as double) end as full_spend
    from totals
),

roi as (
    select
        model,
        channel,
        month,
        currency,
        spend,
        unmatched_spend,
        leads,
        qualified,
        credited_leads,
        credited_opportunities,
        conversions,
        value,
        full_spend / nullif(cast(leads as double), 0.0) as cost_per_lead,
        full_spend / nullif(cast(qualified as double), 0.0) as cost_per_qualified,
        full_spend / nullif(credited_leads, 0.0) as cost_per_credited_lead,
        full_spend / nullif(credited_opportunities, 0.0) as cost_per_opportunity,
        full_spend / nullif(conversions, 0.0) as cost_per_conversion,
        (cast(value as double) - full_spend) / nullif(full_spend, 0.0) as roi,
        cast(value as double) / nullif(full_spend, 0.0) as return_on_ad_spend,
        payback as payback_days,
        is_spend_complete
    from costs
)

select * from roi
