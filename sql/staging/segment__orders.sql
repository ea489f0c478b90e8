select
    message_id,
    anonymous_id,
    order_id,
    currency,
    _file,
    _line,
    revenue,
    ordered_at
from raw.segment_order_completed
