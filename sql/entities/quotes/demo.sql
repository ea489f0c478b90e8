select
    quote_id,
    opportunity_id,
    outcome,
    currency,
    list_amount,
    amount,
    quoted_at
from staging.demo__quotes
