select
    order_id,
    cast(null as text) as record_id,
    cast(null as text) as opportunity_id,
    customer_name,
    customer_phone,
    cast(null as text) as kind,
    order_status as status,
    'CNY' as currency,
    accounts_payable as amount,
    use_start_at as ordered_at
from staging.restaurant__orders
