select
    opportunity_id,
    stage,
    currency,
    changed_by,
    _file,
    _line,
    amount,
    entered_at
from raw.demo_opportunity_history
