select
    mql_id,
    landing_page_id,
    origin,
    _file,
    _line,
    cast(first_contact_at as date) as first_contact_date
from raw.olist_leads_headerless
