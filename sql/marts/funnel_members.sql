select
    path,
    lead_id,
    stage,
    outcome,
    ordinal,
    is_imputed,
    is_current,
    is_next_imputed,
    is_next_current,
    to_char(started_date, '%Y-%m') as month,
    $as_of - entered_date >= $window_days as is_matured,
    $as_of - entered_date >= $window_days
        and coalesce(next_date - entered_date <= $window_days, false) as is_reached,
    started_date,
    entered_date,
    next_date,
    entered_in_order_date,
    next_in_order_date
from funnel.step_members
