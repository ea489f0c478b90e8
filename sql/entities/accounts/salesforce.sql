select
    concat('sf:', account_id) as account_id,
    'sf:' || parent_id as parent_account_id,
    'sf:' || master_record_id as merged_into,
    name,
    kind,
    website,
    phone,
    industry,
    city,
    state as region,
    country,
    postal_code,
    'sf:' || owner_id as owner_id,
    case when revenue is not null then coalesce(currency, $salesforce_currency) end as currency,
    employees,
    revenue,
    created_at,
    modified_at,
    case
        when not is_current then 'superseded'
        when is_deleted and master_record_id is null then 'deleted'
    end as drop_reason
from staging.salesforce__accounts
