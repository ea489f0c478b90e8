select
    lead_id,
    campaign_id,
    name,
    owner,
    stage,
    forecast_type,
    kind,
    lead_source,
    _file,
    _line,
    amount,
    expected_revenue,
    probability,
    created_at,
    closing_at
from raw.zoho_potentials
