select
    campaign_id,
    campaign,
    campaign_type,
    _file,
    _line,
    updated_at
from raw.microsoft_ads_campaigns
