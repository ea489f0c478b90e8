select
    'paid_social' as channel,
    campaign,
    currency,
    spend,
    clicks,
    impressions,
    spend_date
from staging.demo__linkedin_ads
