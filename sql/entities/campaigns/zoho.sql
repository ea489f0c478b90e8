select
    concat('zoho:', campaign_id) as campaign_id,
    name,
    kind,
    status,
    cast($zoho_currency as text) as currency,
    budgeted_cost as budget,
    actual_cost as cost,
    expected_revenue,
    status = 'Active' as is_active,
    start_date,
    end_date,
    cast(cast(created_date as timestamp) at time zone $time_zone as timestamptz) as created_at
from staging.zoho__campaigns
