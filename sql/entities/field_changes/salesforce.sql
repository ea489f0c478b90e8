select
    concat('sf:', history_id) as field_change_id,
    'lead' as object_kind,
    concat('sf:', lead_id) as object_id,
    field,
    old_value,
    new_value,
    'sf:' || changed_by_id as changed_by,
    changed_at,
    case when is_deleted then 'deleted' end as drop_reason
from staging.salesforce__lead_history
