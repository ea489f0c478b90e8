select
    members.path,
    members.lead_id,
    members.stage,
    members.outcome,
    members.ordinal,
    coalesce(windows.window_days, $window_days) as window_days,
    members.is_imputed,
    members.is_current,
    members.is_next_imputed,
    members.is_next_current,
    to_char(members.started_date, '%Y-%m') as month,
    $as_of - members.entered_date >= coalesce(windows.window_days, $window_days) as is_matured,
    $as_of - members.entered_date >= coalesce(windows.window_days, $window_days)
        and coalesce(
            members.next_date - members.entered_date
                <= coalesce(windows.window_days, $window_days),
            false
        ) as is_reached,
    members.started_date,
    members.entered_date,
    members.next_date,
    members.entered_in_order_date,
    members.next_in_order_date
from funnel.lead_windows as windows
right join funnel.step_members as members on windows.lead_id = members.lead_id
