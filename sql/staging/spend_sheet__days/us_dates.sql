select
    campaign_id,
    campaign,
    category,
    _file,
    _line,
    spend,
    revenue,
    clicks,
    impressions,
    leads,
    orders,
    spend_date
from raw.spend_sheet_us_days
