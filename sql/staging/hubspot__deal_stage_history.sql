select
    deal_id,
    stage_id,
    change_source,
    _file,
    _line,
    is_current,
    entered_at
from raw.hubspot_deal_stage_history
