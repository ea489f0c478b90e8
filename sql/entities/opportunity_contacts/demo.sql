select
    opportunity_id,
    lead_id as record_id,
    role,
    is_primary
from staging.demo__buying_groups
