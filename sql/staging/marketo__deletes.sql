select
    activity_id,
    lead_id,
    _file,
    _line,
    occurred_at
from raw.marketo_deletes
