select
    campaign_name,
    first_name,
    last_name,
    status,
    _file,
    _line,
    is_lead_active,
    modified_at
from raw.zoho_campaign_members
