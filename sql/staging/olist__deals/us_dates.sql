select
    mql_id,
    seller_id,
    cast(null as text) as sdr_id,
    cast(null as text) as sr_id,
    business_segment,
    lead_type,
    business_type,
    _file,
    _line,
    cast(null as decimal(18,4)) as declared_monthly_revenue,
    won_at
from raw.olist_deals_us_dates
