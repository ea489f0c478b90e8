select
    utm_source,
    utm_medium,
    utm_campaign,
    _file,
    _line,
    spend,
    spend_date
from raw.playbook_ad_spend
