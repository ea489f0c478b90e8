select
    order_id,
    lead_id as record_id,
    opportunity_id,
    kind,
    currency,
    amount,
    ordered_at
from staging.demo__orders
