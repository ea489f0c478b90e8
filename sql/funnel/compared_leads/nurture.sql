select
    program as trial,
    lead_id,
    goal,
    arm,
    channel,
    band,
    is_reached
from funnel.enrolled_leads
where is_judged
