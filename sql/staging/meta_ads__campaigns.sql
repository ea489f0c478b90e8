select
    campaign_id,
    campaign,
    _file,
    _line,
    updated_at
from raw.meta_ads_campaigns
