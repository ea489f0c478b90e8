select
    lead_id,
    seen_at as from_at,
    until_at
from scoring.lead_signals
where signal = 'icp' and value = 'core'
