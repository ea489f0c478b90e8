select
    'paid_search' as channel,
    campaign,
    'CNY' as currency,
    spend,
    clicks,
    impressions,
    spend_date
from staging.demo__baidu_ads
