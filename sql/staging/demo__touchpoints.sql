select
    touch_id,
    visitor_id,
    kind,
    utm_source,
    utm_medium,
    utm_campaign,
    referrer,
    landing_url,
    user_agent,
    _file,
    _line,
    occurred_at
from raw.demo_touchpoints
