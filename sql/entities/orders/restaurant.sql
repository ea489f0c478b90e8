select
    order_id,
    customer_name,
    customer_phone,
    order_status as status,
    'CNY' as currency,
    accounts_payable as amount,
    use_start_at as ordered_at
from staging.restaurant__orders
