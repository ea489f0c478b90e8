select
    concat(opportunity_id, ':', _file, ':', cast(_line as text)) as amount_change_id,
    opportunity_id,
    currency,
    amount,
    entered_at as recorded_at,
    case when amount is null then 'no_amount' end as drop_reason
from staging.demo__opportunity_history
