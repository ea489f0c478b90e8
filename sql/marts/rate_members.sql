select
    rate,
    population,
    member_id,
    channel,
    to_char(entered_date, '%Y-%m') as month,
    window_days,
    is_judged,
    is_reached,
    is_ever_reached,
    is_imputed,
    is_covered,
    entered_date,
    reached_date
from funnel.rate_members
