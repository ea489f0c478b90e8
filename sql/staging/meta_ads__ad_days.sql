select
    ad_id,
    account_id,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    spend_date
from raw.meta_ads_ad_days
