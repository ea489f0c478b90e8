select
    order_id,
    product_id,
    seller_id,
    _file,
    _line,
    order_item_id,
    cast(price as decimal(18,4)) as price,
    cast(freight_value as decimal(18,4)) as freight_value,
    shipping_limit_at
from raw.olist_order_items
