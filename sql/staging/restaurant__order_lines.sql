select
    detail_id,
    order_id,
    dishes_id,
    dishes_name,
    _file,
    _line,
    counts,
    amounts,
    placed_at
from raw.restaurant_order_lines
