select
    deal_id,
    company_id,
    _file,
    _line
from raw.hubspot_deal_companies
