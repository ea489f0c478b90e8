select
    sales_order_id,
    subject,
    owner,
    status,
    _file,
    _line,
    sub_total,
    discount,
    tax,
    adjustments,
    grand_total,
    created_at
from raw.zoho_sales_orders
