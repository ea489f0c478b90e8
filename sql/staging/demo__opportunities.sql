select
    opportunity_id,
    lead_id,
    account,
    product_line,
    currency,
    stage,
    loss_reason,
    _file,
    _line,
    amount,
    is_won,
    created_at,
    closed_at
from raw.demo_opportunities
