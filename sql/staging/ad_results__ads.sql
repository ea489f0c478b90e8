select
    ad_id,
    campaign_id,
    age_band,
    gender,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    leads,
    orders,
    spend_date
from raw.ad_results_ads
