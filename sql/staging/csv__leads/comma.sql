select
    id,
    name as full_name,
    email,
    phone,
    company,
    lead_source,
    currency,
    _file,
    _line,
    revenue,
    created_at
from raw.csv_leads
