select
    payment_id,
    order_id,
    kind,
    currency,
    amount,
    paid_at
from staging.demo__payments
