select
    customer_id,
    interaction,
    channel,
    _file,
    _line,
    conversion_value,
    conversion as is_conversion,
    occurred_at
from raw.touchpoints_events
