select
    session_id,
    customer_id,
    utm_source,
    utm_medium,
    utm_campaign,
    _file,
    _line,
    started_at,
    ended_at
from raw.playbook_sessions
