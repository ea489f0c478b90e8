select
    campaign_id,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    leads,
    conversions,
    conversion_value,
    cast(day_at as date) as spend_date
from raw.linkedin_ads_campaign_days
