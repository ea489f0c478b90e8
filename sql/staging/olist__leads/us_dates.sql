select
    mql_id,
    cast(null as text) as landing_page_id,
    origin,
    _file,
    _line,
    first_contact_date
from raw.olist_leads_us_dates
