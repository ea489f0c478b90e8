select
    lead_id,
    'attempt' as condition,
    opportunity_id,
    first_value(activity_id order by occurred_at, activity_id) as evidence_id,
    min(occurred_at) as met_at
from funnel.attempts
group by lead_id, opportunity_id
