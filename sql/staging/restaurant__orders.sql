select
    order_id,
    org_id,
    customer_name,
    customer_phone,
    order_status,
    _file,
    _line,
    accounts_payable,
    dishes_count,
    number_consumers,
    use_start_at,
    lock_at
from raw.restaurant_orders
