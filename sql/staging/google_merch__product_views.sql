select
    visit_id,
    full_visitor_id,
    channel_grouping,
    country,
    city,
    kind,
    page_path,
    product_sku,
    product_category,
    currency,
    _file,
    _line,
    elapsed_ms,
    transactions,
    transaction_total_micros,
    visit_started_at
from raw.google_merch_product_views
