with

spend as (
    select * from funnel.channel_spend
),

credits as (
    select
        model,
        channel,
        month,
        exact_sum(conversions) as conversions,
        sum(value) as value
    from marts.channel_credits
    group by model, channel, month
),

quality as (
    select * from marts.lead_quality where channel <> '(all)' and month <> '(all)'
),

models as (
    select distinct model from marts.channel_credits
),

places as (
    select channel, month from spend
    union
    select channel, month from marts.channel_credits
    union
    select channel, month from quality
),

monthly as (
    select
        coalesce(models.model, '(none)') as model,
        places.channel,
        places.month,
        spend.spend,
        coalesce(quality.leads, 0) as leads,
        coalesce(quality.qualified, 0) as qualified,
        coalesce(credits.conversions, 0.0) as conversions,
        coalesce(credits.value, cast(0 as decimal(28,10))) as value
    from places
    left join models on true
    left join spend on places.channel = spend.channel and places.month = spend.month
    left join quality on places.channel = quality.channel and places.month = quality.month
    left join credits
        on models.model = credits.model
            and places.channel = credits.channel
            and places.month = credits.month
),

totals as (
    select
        model,
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        cast($reporting_currency as text) as currency,
        cast(sum(spend) as decimal(28,4)) as spend,
        sum(leads) as leads,
        sum(qualified) as qualified,
        exact_sum(conversions) as conversions,
        cast(sum(value) as decimal(28,10)) as value,
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
        leads,
        qualified,
        conversions,
        value,
        full_spend / nullif(cast(leads as double), 0.0) as cost_per_lead,
        full_spend / nullif(cast(qualified as double), 0.0) as cost_per_qualified,
        full_spend / nullif(conversions, 0.0) as cost_per_conversion,
        (cast(value as double) - full_spend) / nullif(full_spend, 0.0) as roi,
        is_spend_complete
    from costs
)

select * from roi
