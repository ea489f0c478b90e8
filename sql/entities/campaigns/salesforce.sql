select
    concat('sf:', campaign_id) as campaign_id,
    'sf:' || parent_id as parent_campaign_id,
    name,
    kind,
    status,
    'sf:' || owner_id as owner_id,
    case when coalesce(budgeted_cost, actual_cost, expected_revenue) is not null
        then coalesce(currency, $salesforce_currency) end as currency,
    budgeted_cost as budget,
    actual_cost as cost,
    expected_revenue,
    is_active,
    start_date,
    end_date,
    created_at,
    case when is_deleted then 'deleted' end as drop_reason
from staging.salesforce__campaigns
