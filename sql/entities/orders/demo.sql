select
    order_id,
    lead_id as record_id,
    opportunity_id,
    cast(null as text) as customer_name,
    cast(null as text) as customer_phone,
    kind,
    cast(null as text) as status,
    currency,
    amount,
    ordered_at
from staging.demo__orders
