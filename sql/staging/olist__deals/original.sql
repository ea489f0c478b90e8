select
    mql_id,
    seller_id,
    sdr_id,
    sr_id,
    business_segment,
    lead_type,
    business_type,
    _file,
    _line,
    nullif(declared_monthly_revenue, cast(0 as decimal(18,4))) as declared_monthly_revenue,
    won_at
from raw.olist_deals
