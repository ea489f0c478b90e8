select
    activity_id,
    lead_id,
    campaign_id,
    campaign_run_id,
    step_id,
    choice_number,
    email_id,
    email_name,
    _file,
    _line,
    occurred_at
from raw.marketo_deliveries
