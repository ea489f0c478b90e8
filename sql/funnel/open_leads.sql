select
    times.lead_id,
    times.stage,
    times.last_days,
    times.last_entered_date
from reference.stages as stages
inner join funnel.stage_times as times on stages.stage = times.stage
where times.path = $stage_path
    and times.is_open
    and stages.kind = 'path'
    and times.stage <> 'won'
