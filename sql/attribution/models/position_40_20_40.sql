-- With one or two steps there is no middle: the ends share what there is.
select
    step_id,
    case
        when steps_in_journey <= 2 then 1.0
        when position = 1 or position_from_end = 1 then 0.4
        else 0.2 / (steps_in_journey - 2)
    end as weight
from journey.steps
