select
    assignment_id,
    lead_id as record_id,
    kind,
    from_owner as from_owner_id,
    to_owner as to_owner_id,
    pool as pool_id,
    reason,
    assigned_at
from staging.demo__assignments
