select
    lead_id,
    channel,
    owner_id,
    missing,
    to_char(cast(mql_at at time zone $time_zone as date), '%Y-%m') as month,
    required,
    present,
    lag_s,
    completeness,
    is_complete,
    mql_at,
    visible_at,
    accepted_at
from funnel.handoffs
