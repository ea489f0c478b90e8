select
    activity_id,
    lead_id as record_id,
    kind,
    direction,
    outcome,
    cast(round(duration_min * 60.0) as bigint) as duration_s,
    coalesce(is_automated, false) as is_automated,
    occurred_at
from staging.demo__activities
