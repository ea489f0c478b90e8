-- Whether a record of mql or sql is enough is decided in `qualified`.
select
    lead_id,
    stage,
    opportunity_id,
    evidence,
    time_precision,
    changed_by,
    entered_at
from funnel.recorded_stages
where stage not in ('mql', 'sql')
