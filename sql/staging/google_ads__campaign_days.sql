select
    account_id,
    campaign_id,
    device,
    network,
    _file,
    _line,
    cost_micros,
    clicks,
    impressions,
    conversions,
    cast(conversions_value as decimal(18,4)) as conversions_value,
    spend_date
from raw.google_ads_campaign_days
