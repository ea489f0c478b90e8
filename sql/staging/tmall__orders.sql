select
    order_id,
    region,
    _file,
    _line,
    amount,
    kept_amount,
    refunded_amount,
    ordered_at,
    paid_at
from raw.tmall_orders
