select
    account_id,
    campaign_id,
    currency,
    device,
    network,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    conversions,
    revenue,
    spend_date
from raw.microsoft_ads_campaign_days
