select
    account_id,
    campaign_id,
    campaign,
    campaign_type,
    _file,
    _line,
    updated_at
from raw.google_ads_campaigns
