-- Each channel claims the conversion for the last of its steps, as ad platforms do in their own reports.
select
    step_id,
    1.0 as weight,
    'conversion_channel' as normalise
from journey.steps
where is_last_of_channel
