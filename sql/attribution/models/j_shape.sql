-- With one or two steps there is no middle: the ends share what there is.
select
    step_id,
    case
        when is_first then 0.2
        when is_closing then 0.6
        else 0.2 / (steps_in_journey - 2)
    end as weight
from journey.steps
