select
    visits.lead_id,
    visits.stage,
    visits.visit,
    visits.entered_at,
    visits.exited_at
from reference.stages as stages
inner join funnel.stage_visits as visits on stages.stage = visits.stage
where visits.path = $stage_path and stages.kind in ('side', 'end')
