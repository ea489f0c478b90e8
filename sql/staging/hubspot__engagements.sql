select
    engagement_id,
    kind,
    owner_id,
    call_direction,
    call_disposition,
    email_direction,
    meeting_outcome,
    task_status,
    _file,
    _line,
    call_duration_ms,
    is_archived,
    created_at,
    engaged_at
from raw.hubspot_engagements
