select
    lead_id,
    stage,
    changed_by,
    _file,
    _line,
    entered_at
from raw.demo_stage_history
