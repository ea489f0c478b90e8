select
    activity_id,
    lead_id,
    campaign_id,
    campaign_run_id,
    step_id,
    choice_number,
    email_id,
    email_name,
    platform,
    device,
    user_agent,
    _file,
    _line,
    is_mobile,
    occurred_at
from raw.marketo_opens
