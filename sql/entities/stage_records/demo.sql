select
    lead_id as record_id,
    lower(stage) as stage,
    'native' as evidence,
    'second' as time_precision,
    changed_by,
    entered_at
from staging.demo__stage_history
