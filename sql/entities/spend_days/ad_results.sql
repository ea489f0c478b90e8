select
    'meta' as platform,
    '(none)' as account_id,
    campaign_id,
    ad_id,
    'paid_social' as channel,
    campaign_id as campaign,
    'XXX' as currency,
    spend,
    clicks,
    impressions,
    leads as platform_leads,
    cast(orders as double) as platform_conversions,
    spend_date
from staging.ad_results__ads
