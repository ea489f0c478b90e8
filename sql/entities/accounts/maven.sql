select
    concat('maven:', account) as account_id,
    'maven:' || subsidiary_of as parent_account_id,
    account as name,
    sector as industry,
    office_location as country,
    'USD' as currency,
    employees,
    revenue
from staging.maven__accounts
