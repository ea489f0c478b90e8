select
    activity_id,
    lead_id,
    kind,
    direction,
    outcome,
    note,
    _file,
    _line,
    duration_min,
    automated as is_automated,
    at as occurred_at
from raw.demo_activities
