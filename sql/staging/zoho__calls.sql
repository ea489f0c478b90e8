select
    call_id,
    lead_id,
    contact_id,
    account_id,
    potential_id,
    owner_id,
    subject,
    call_type,
    purpose,
    _file,
    _line,
    duration_s,
    is_billable,
    started_at
from raw.zoho_calls
