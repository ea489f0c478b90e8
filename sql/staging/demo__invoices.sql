select
    invoice_id,
    order_id,
    status,
    currency,
    _file,
    _line,
    amount,
    due_date,
    invoiced_at
from raw.demo_invoices
