select
    concat('zoho:', invoice_id) as invoice_id,
    'zoho:' || sales_order_id as order_id,
    'zoho:' || account_id as account_id,
    'zoho:contact:' || contact_id as record_id,
    'zoho:' || owner_id as owner_id,
    number,
    status,
    case when grand_total is not null then cast($zoho_currency as text) end as currency,
    grand_total as amount,
    created_at as invoiced_at
from staging.zoho__invoices
