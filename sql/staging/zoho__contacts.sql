select
    contact_id,
    account_id,
    last_name,
    owner_id,
    email,
    mobile,
    lead_source,
    _file,
    _line,
    created_at
from raw.zoho_contacts
