select
    contact_id,
    property,
    value,
    change_source,
    source_id,
    _file,
    _line,
    changed_at
from raw.hubspot_property_history
