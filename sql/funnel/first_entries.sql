select
    lead_id,
    stage,
    min(entered_at) as entered_at
from funnel.stage_entries
group by lead_id, stage
