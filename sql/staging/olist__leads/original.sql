select
    mql_id,
    landing_page_id,
    origin,
    _file,
    _line,
    first_contact_date
from raw.olist_leads
