select
    campaign_id,
    program_id,
    name,
    kind,
    status,
    _file,
    _line,
    is_active,
    is_deleted,
    created_at,
    modified_at
from raw.marketo_campaigns
