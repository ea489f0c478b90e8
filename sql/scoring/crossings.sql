select
    history.lead_id,
    thresholds.stage,
    min(history.told_at) as crossed_at
from scoring.score_thresholds as thresholds
inner join scoring.score_history as history on thresholds.rules_version = history.rules_version
where history.total >= thresholds.threshold
group by history.lead_id, thresholds.stage
