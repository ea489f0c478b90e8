select
    account,
    campaign,
    currency,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    day as spend_date
from raw.demo_linkedin_ads
