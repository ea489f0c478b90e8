-- Whose name became known was on its way from the first visit.
select
    lead_id,
    'traffic' as stage,
    'derived' as evidence,
    'second' as time_precision,
    min(touched_at) as entered_at
from scoring.lead_visits
group by lead_id
