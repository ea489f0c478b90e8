with

days as (
    select * from staging.meta_ads__ad_days
),

-- The last sync that knew a currency.
last_accounts as (
    select
        account_id,
        max(synced_at) as synced_at
    from staging.meta_ads__accounts
    where currency is not null
    group by account_id
),

accounts as (
    select
        accounts.account_id,
        max(accounts.currency) as currency
    from staging.meta_ads__accounts as accounts
    inner join last_accounts
        on accounts.account_id = last_accounts.account_id
            and accounts.synced_at = last_accounts.synced_at
    group by accounts.account_id
),

last_ads as (
    select
        ad_id,
        max(updated_at) as updated_at
    from staging.meta_ads__ads
    group by ad_id
),

ads as (
    select ads.*
    from staging.meta_ads__ads as ads
    inner join last_ads on ads.ad_id = last_ads.ad_id and ads.updated_at = last_ads.updated_at
),

last_campaigns as (
    select
        campaign_id,
        max(updated_at) as updated_at
    from staging.meta_ads__campaigns
    group by campaign_id
),

campaigns as (
    select campaigns.*
    from staging.meta_ads__campaigns as campaigns
    inner join last_campaigns
        on campaigns.campaign_id = last_campaigns.campaign_id
            and campaigns.updated_at = last_campaigns.updated_at
),

spend as (
    select
        'meta' as platform,
        days.account_id,
        coalesce(ads.campaign_id, '(none)') as campaign_id,
        days.ad_id,
        'paid_social' as channel,
        coalesce(campaigns.campaign, ads.campaign_id, '(none)') as campaign,
        coalesce(accounts.currency, 'XXX') as currency,
        days.spend,
        days.clicks,
        days.impressions,
        days.spend_date
    from days
    left join accounts on days.account_id = accounts.account_id
    left join ads on days.ad_id = ads.ad_id
    left join campaigns on ads.campaign_id = campaigns.campaign_id
)

select * from spend
