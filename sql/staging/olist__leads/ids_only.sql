select
    mql_id,
    cast(null as text) as landing_page_id,
    cast(null as text) as origin,
    _file,
    _line,
    cast(null as date) as first_contact_date
from raw.olist_lead_ids
