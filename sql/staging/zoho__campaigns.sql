select
    campaign_id,
    name,
    kind,
    status,
    _file,
    _line,
    expected_revenue,
    budgeted_cost,
    actual_cost,
    created_date,
    start_date,
    end_date
from raw.zoho_campaigns
