select
    activity_id,
    lead_id as record_id,
    kind,
    direction,
    outcome,
    coalesce(is_automated, false) as is_automated,
    occurred_at
from staging.demo__activities
