select
    step_id,
    1.0 as weight
from journey.steps
where is_opportunity_creation
