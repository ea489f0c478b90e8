select
    invoice_id,
    order_id,
    status,
    currency,
    amount,
    due_date,
    invoiced_at,
    case when status = 'cancelled' then 'cancelled' end as drop_reason
from staging.demo__invoices
