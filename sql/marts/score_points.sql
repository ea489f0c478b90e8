select
    lead_id,
    signal,
    value,
    evidence_id,
    half,
    score_group,
    rules_version,
    is_latest,
    points,
    decayed,
    counted,
    cast(decayed - counted as decimal(18,4)) as clipped,
    seen_at,
    told_at
from scoring.score_points
