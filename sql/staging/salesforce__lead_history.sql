select
    history_id,
    lead_id,
    field,
    old_value,
    new_value,
    changed_by_id,
    _file,
    _line,
    is_deleted,
    changed_at
from raw.salesforce_lead_history
