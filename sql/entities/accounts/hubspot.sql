select
    concat('hs:', company_id) as account_id,
    'hs:' || parent_company_id as parent_account_id,
    name,
    lifecycle_stage as kind,
    domain as website,
    phone,
    industry,
    city,
    state as region,
    country,
    'hs:' || owner_id as owner_id,
    case when revenue is not null then cast($hubspot_currency as text) end as currency,
    employees,
    revenue,
    created_at,
    case when is_archived then 'deleted' end as drop_reason
from staging.hubspot__companies
