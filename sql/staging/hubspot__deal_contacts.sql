select
    deal_id,
    contact_id,
    _file,
    _line
from raw.hubspot_deal_contacts
