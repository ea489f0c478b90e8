select
    concat('lead_forms:', network, ':', lead_id) as submission_id,
    min(concat(_file, ':', lpad(cast(_line as text), 12, '0'))) as first_place
from staging.lead_forms__leads
group by network, lead_id
