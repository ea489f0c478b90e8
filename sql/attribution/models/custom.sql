-- With one or two steps there is no middle: the ends share what there is.
select
    step_id,
    case
        when is_first then $custom_first_share
        when is_closing then $custom_last_share
        else (1.0 - $custom_first_share - $custom_last_share) / (steps_in_journey - 2)
    end as weight
from journey.steps
where is_first or is_closing or $custom_first_share + $custom_last_share < 1.0
