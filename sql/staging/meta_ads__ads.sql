select
    ad_id,
    campaign_id,
    _file,
    _line,
    updated_at
from raw.meta_ads_ads
