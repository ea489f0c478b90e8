select
    order_id,
    opportunity_id,
    lead_id,
    currency,
    kind,
    _file,
    _line,
    amount,
    ordered_at
from raw.demo_orders
