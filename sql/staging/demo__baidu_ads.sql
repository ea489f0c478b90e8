select
    account,
    campaign,
    _file,
    _line,
    spend,
    clicks,
    impressions,
    day as spend_date
from raw.demo_baidu_ads
