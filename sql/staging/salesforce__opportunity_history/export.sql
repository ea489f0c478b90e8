select
    history_id,
    opportunity_id,
    stage,
    changed_by_id,
    currency,
    _file,
    _line,
    amount,
    probability_percent,
    is_deleted,
    close_date,
    changed_at
from raw.salesforce_opportunity_history
