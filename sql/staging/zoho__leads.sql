select
    lead_id,
    last_name,
    company,
    owner,
    email,
    mobile,
    website,
    industry,
    lead_source,
    lead_status,
    _file,
    _line,
    is_converted,
    created_at
from raw.zoho_leads
