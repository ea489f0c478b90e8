select
    order_id,
    account_id,
    opportunity_id,
    order_number,
    kind,
    status,
    _file,
    _line,
    total_amount,
    is_deleted,
    is_reduction_order,
    is_current,
    effective_date,
    activated_at,
    created_at
from raw.salesforce_fivetran_orders
