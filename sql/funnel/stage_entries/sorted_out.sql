-- The record itself stands for what is no lead of its own.
select
    record_id as lead_id,
    case when outcome = 'invalid' then 'invalid' else 'duplicate' end as stage,
    'derived' as evidence,
    'second' as time_precision,
    captured_at as entered_at
from identity.records
where outcome = 'invalid' or (outcome = 'merged' and not is_continuation)
