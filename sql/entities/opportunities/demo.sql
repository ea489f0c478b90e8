select
    opportunity_id,
    lead_id as record_id,
    account as account_id,
    stage,
    product_line,
    currency,
    loss_reason,
    amount,
    is_won,
    created_at,
    closed_at
from staging.demo__opportunities
