select
    'linkedin' as platform,
    coalesce(account, '(none)') as account_id,
    campaign as campaign_id,
    '(all)' as ad_id,
    'paid_social' as channel,
    campaign,
    currency,
    spend,
    clicks,
    impressions,
    spend_date
from staging.demo__linkedin_ads
