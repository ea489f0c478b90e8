select
    concat('mkto:', activity_id) as touch_id,
    concat('mkto:', lead_id) as visitor_id,
    'email_open' as kind,
    'email' as channel,
    user_agent,
    occurred_at as touched_at
from staging.marketo__opens
