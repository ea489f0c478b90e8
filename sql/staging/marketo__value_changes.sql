select
    activity_id,
    lead_id,
    campaign_id,
    field,
    old_value,
    new_value,
    reason,
    change_source,
    _file,
    _line,
    occurred_at
from raw.marketo_value_changes
