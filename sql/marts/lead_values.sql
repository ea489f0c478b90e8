select
    lead_id,
    field,
    rule,
    case when not is_personal then value end as value,
    contact_id,
    source,
    dated_at,
    told_count,
    spelling_count
from identity.golden_values
