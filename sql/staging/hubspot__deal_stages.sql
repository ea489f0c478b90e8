select
    stage_id,
    pipeline_id,
    label,
    _file,
    _line,
    display_order,
    probability,
    is_closed,
    is_closed_won
from raw.hubspot_deal_stages
