select
    assignment_id,
    lead_id,
    kind,
    from_owner,
    to_owner,
    pool,
    reason,
    _file,
    _line,
    assigned_at
from raw.demo_assignments
