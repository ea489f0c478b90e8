select
    path,
    lead_id,
    stage,
    kind,
    requirement,
    owner_id,
    to_char(cast(entered_at at time zone $time_zone as date), '%Y-%m') as month,
    ordinal,
    visit,
    is_ahead,
    is_judged,
    is_met,
    is_judged and not is_met as is_violation,
    asked_at,
    met_at,
    entered_at,
    exited_at
from funnel.visit_requirements
