select
    concat('playbook:', session_id) as touch_id,
    concat('playbook:', customer_id) as visitor_id,
    session_id,
    'page_view' as kind,
    utm_source,
    utm_medium,
    utm_campaign,
    started_at as touched_at
from staging.playbook__sessions
