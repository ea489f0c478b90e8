select
    goal,
    channel,
    band as crossed_month,
    treated as called,
    held_out as not_called,
    treated_reached as called_reached,
    held_out_reached as not_called_reached,
    unmatched,
    treated_rate as called_rate,
    held_out_rate as not_called_rate,
    pp_lift,
    pp_lower,
    pp_upper,
    rel_lift,
    rel_lower,
    rel_upper,
    is_low_count
from funnel.matched_lifts
where comparison = 'priority'
