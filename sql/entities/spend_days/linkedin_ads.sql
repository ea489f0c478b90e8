with

days as (
    select * from staging.linkedin_ads__campaign_days
),

last_campaigns as (
    select
        campaign_id,
        max(updated_at) as updated_at
    from staging.linkedin_ads__campaigns
    group by campaign_id
),

campaigns as (
    select
        campaigns.campaign_id,
        max(campaigns.account_id) as account_id,
        max(campaigns.campaign) as campaign
    from staging.linkedin_ads__campaigns as campaigns
    inner join last_campaigns
        on campaigns.campaign_id = last_campaigns.campaign_id
            and campaigns.updated_at = last_campaigns.updated_at
    group by campaigns.campaign_id
),

last_accounts as (
    select
        account_id,
        max(updated_at) as updated_at
    from staging.linkedin_ads__accounts
    group by account_id
),

accounts as (
    select
        accounts.account_id,
        max(accounts.currency) as currency
    from staging.linkedin_ads__accounts as accounts
    inner join last_accounts
        on accounts.account_id = last_accounts.account_id
            and accounts.updated_at = last_accounts.updated_at
    group by accounts.account_id
),

spend as (
    select
        'linkedin' as platform,
        coalesce(campaigns.account_id, '(none)') as account_id,
        days.campaign_id,
        '(all)' as ad_id,
        'paid_social' as channel,
        coalesce(campaigns.campaign, days.campaign_id) as campaign,
        coalesce(accounts.currency, 'XXX') as currency,
        days.spend,
        days.clicks,
        days.impressions,
        days.leads as platform_leads,
        days.conversions as platform_conversions,
        days.conversion_value as platform_value,
        days.spend_date
    from days
    left join campaigns on days.campaign_id = campaigns.campaign_id
    left join accounts on campaigns.account_id = accounts.account_id
)

select * from spend
