select
    concat(opportunity_id, ':', cast(cast(changed_at as bigint) as text)) as history_id,
    opportunity_id,
    stage,
    _file,
    _line,
    amount,
    probability_percent,
    is_deleted,
    close_date,
    changed_at
from raw.salesforce_fivetran_opportunity_history
