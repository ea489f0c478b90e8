select
    concat('zoho:', account_id) as account_id,
    name,
    account_type as kind,
    website,
    industry,
    'zoho:' || owner_id as owner_id
from staging.zoho__accounts
