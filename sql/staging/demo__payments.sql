select
    payment_id,
    order_id,
    kind,
    currency,
    _file,
    _line,
    amount,
    paid_at
from raw.demo_payments
