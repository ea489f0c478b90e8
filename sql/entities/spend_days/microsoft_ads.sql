with

-- A campaign has a line for each device, network, match type and more. An account has one currency.
days as (
    select
        account_id,
        campaign_id,
        spend_date,
        max(currency) as currency,
        cast(sum(spend) as decimal(18,4)) as spend,
        sum(clicks) as clicks,
        sum(impressions) as impressions,
        exact_sum(conversions) as platform_conversions,
        cast(sum(revenue) as decimal(18,4)) as platform_value
    from staging.microsoft_ads__campaign_days
    group by account_id, campaign_id, spend_date
),

last_campaigns as (
    select
        campaign_id,
        max(updated_at) as updated_at
    from staging.microsoft_ads__campaigns
    group by campaign_id
),

campaigns as (
    select
        campaigns.campaign_id,
        max(campaigns.campaign) as campaign,
        max(campaigns.campaign_type) as campaign_type
    from staging.microsoft_ads__campaigns as campaigns
    inner join last_campaigns
        on campaigns.campaign_id = last_campaigns.campaign_id
            and campaigns.updated_at = last_campaigns.updated_at
    group by campaigns.campaign_id
),

types as (
    select * from reference.campaign_types where vocabulary = 'microsoft'
),

spend as (
    select
        'microsoft' as platform,
        days.account_id,
        days.campaign_id,
        '(all)' as ad_id,
        coalesce(types.channel, 'unassigned') as channel,
        coalesce(campaigns.campaign, days.campaign_id) as campaign,
        coalesce(days.currency, 'XXX') as currency,
        days.spend,
        days.clicks,
        days.impressions,
        days.platform_conversions,
        days.platform_value,
        days.spend_date
    from days
    left join campaigns on days.campaign_id = campaigns.campaign_id
    left join types on lower(campaigns.campaign_type) = types.campaign_type
)

select * from spend
