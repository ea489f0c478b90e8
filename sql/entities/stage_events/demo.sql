select
    lead_id as record_id,
    lower(stage) as stage,
    entered_at
from staging.demo__stage_history
