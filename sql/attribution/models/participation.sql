-- Every channel on the path claims the whole conversion; its steps share the claim.
select
    step_id,
    1.0 / steps_of_channel as weight,
    'none' as normalise
from journey.steps
