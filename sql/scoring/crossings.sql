with

thresholds as (
    select 'mql' as stage, $mql_threshold as threshold
    union all
    select 'sql' as stage, $sql_threshold as threshold
)

select
    history.lead_id,
    thresholds.stage,
    min(history.told_at) as crossed_at
from thresholds
cross join scoring.score_history as history
where history.total >= thresholds.threshold
group by history.lead_id, thresholds.stage
