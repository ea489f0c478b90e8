select
    event_id,
    lead_id,
    contact_id,
    account_id,
    potential_id,
    owner_id,
    subject,
    _file,
    _line,
    started_at,
    ended_at
from raw.zoho_events
