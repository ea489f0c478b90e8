select
    'baidu' as platform,
    coalesce(account, '(none)') as account_id,
    campaign as campaign_id,
    '(all)' as ad_id,
    'paid_search' as channel,
    campaign,
    'CNY' as currency,
    spend,
    clicks,
    impressions,
    spend_date
from staging.demo__baidu_ads
