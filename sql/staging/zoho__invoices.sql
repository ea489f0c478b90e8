select
    invoice_id,
    sales_order_id,
    account_id,
    contact_id,
    owner_id,
    number,
    status,
    _file,
    _line,
    grand_total,
    created_at
from raw.zoho_invoices
