select
    contact_id,
    merged_contact_id,
    _file,
    _line,
    properties_moved,
    merged_at
from raw.hubspot_merges
