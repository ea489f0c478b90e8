select
    lead_id,
    rules_version,
    cause,
    grade,
    temperature,
    fit,
    behaviour,
    total,
    told_at
from scoring.score_history
where cause <> 'asked'
