select
    activity_id,
    lead_id,
    campaign_id,
    email_id,
    user_agent,
    _file,
    _line,
    occurred_at
from raw.marketo_unsubscribes
