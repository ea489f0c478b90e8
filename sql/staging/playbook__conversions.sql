select
    customer_id,
    _file,
    _line,
    revenue,
    converted_at
from raw.playbook_conversions
