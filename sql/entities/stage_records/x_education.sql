-- When it was is not known; that it was is.
select
    record_id,
    'won' as stage,
    'derived' as evidence,
    'day' as time_precision,
    captured_at as entered_at
from entities.lead_records
where source = 'x_education' and is_converted
