select
    step_id,
    power(cast(2.0 as double), -age_days / $half_life_days) as weight
from journey.steps
