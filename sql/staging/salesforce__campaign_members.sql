select
    campaign_member_id,
    campaign_id,
    lead_id,
    contact_id,
    status,
    _file,
    _line,
    has_responded,
    is_deleted,
    first_responded_date,
    created_at,
    modified_at
from raw.salesforce_campaign_members
