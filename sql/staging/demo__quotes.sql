select
    quote_id,
    opportunity_id,
    currency,
    outcome,
    _file,
    _line,
    list_amount,
    amount,
    quoted_at
from raw.demo_quotes
