select
    account_id,
    campaign_id,
    campaign,
    _file,
    _line,
    updated_at
from raw.linkedin_ads_campaigns
