select
    concat('chicago:', cast(_line as text)) as account_id,
    site_name as name,
    phone,
    address as street,
    zip as postal_code
from staging.chicago__sites
