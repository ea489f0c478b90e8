select
    account,
    campaign,
    campaign_type,
    currency,
    _file,
    _line,
    cost_micros,
    clicks,
    impressions,
    day as spend_date
from raw.demo_google_ads
