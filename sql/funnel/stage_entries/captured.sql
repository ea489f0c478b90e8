select
    lead_id,
    'lead' as stage,
    'derived' as evidence,
    'second' as time_precision,
    captured_at as entered_at
from identity.leads
