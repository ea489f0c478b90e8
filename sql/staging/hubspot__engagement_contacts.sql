select
    engagement_id,
    contact_id,
    _file,
    _line
from raw.hubspot_engagement_contacts
