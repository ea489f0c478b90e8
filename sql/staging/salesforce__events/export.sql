select
    event_id,
    who_id,
    what_id,
    account_id,
    owner_id,
    kind,
    event_subtype,
    _file,
    _line,
    duration_min,
    is_child,
    is_recurrence,
    is_deleted,
    starts_at,
    ends_at,
    created_at
from raw.salesforce_events
