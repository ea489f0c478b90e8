select
    concat(order_id, ':', cast(order_item_id as text)) as order_line_id,
    order_id,
    product_id,
    cast(null as text) as product_name,
    seller_id,
    'BRL' as currency,
    cast(1 as bigint) as quantity,
    cast(price + freight_value as decimal(18,4)) as amount,
    shipping_limit_at as ordered_at
from staging.olist__order_items
