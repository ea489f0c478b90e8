with

-- A campaign has a line for each device and network.
days as (
    select
        account_id,
        campaign_id,
        spend_date,
        sum(cost_micros) as cost_micros,
        sum(clicks) as clicks,
        sum(impressions) as impressions,
        exact_sum(conversions) as platform_conversions,
        cast(sum(conversions_value) as decimal(18,4)) as platform_value
    from staging.google_ads__campaign_days
    group by account_id, campaign_id, spend_date
),

last_accounts as (
    select
        account_id,
        max(updated_at) as updated_at
    from staging.google_ads__accounts
    group by account_id
),

accounts as (
    select accounts.*
    from staging.google_ads__accounts as accounts
    inner join last_accounts
        on accounts.account_id = last_accounts.account_id
            and accounts.updated_at = last_accounts.updated_at
),

last_campaigns as (
    select
        campaign_id,
        max(updated_at) as updated_at
    from staging.google_ads__campaigns
    group by campaign_id
),

campaigns as (
    select campaigns.*
    from staging.google_ads__campaigns as campaigns
    inner join last_campaigns
        on campaigns.campaign_id = last_campaigns.campaign_id
            and campaigns.updated_at = last_campaigns.updated_at
),

types as (
    select * from reference.campaign_types where vocabulary = 'google'
),

spend as (
    select
        'google' as platform,
        days.account_id,
        days.campaign_id,
        '(all)' as ad_id,
        coalesce(types.channel, 'unassigned') as channel,
        coalesce(campaigns.campaign, days.campaign_id) as campaign,
        coalesce(accounts.currency, 'XXX') as currency,
        cast(
            cast(days.cost_micros as decimal(19,0)) * cast('0.000001' as decimal(7,6))
                as decimal(18,4)
        ) as spend,
        days.clicks,
        days.impressions,
        days.platform_conversions,
        days.platform_value,
        days.cost_micros,
        days.spend_date
    from days
    left join accounts on days.account_id = accounts.account_id
    left join campaigns on days.campaign_id = campaigns.campaign_id
    left join types on lower(campaigns.campaign_type) = types.campaign_type
)

select * from spend
