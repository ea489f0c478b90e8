select
    opportunity_id,
    lead_id,
    role,
    _file,
    _line,
    is_primary
from raw.demo_buying_groups
