select
    concat('mkto:', activity_id) as field_change_id,
    'lead' as object_kind,
    concat('mkto:', lead_id) as object_id,
    field,
    old_value,
    new_value,
    change_source as changed_by,
    occurred_at as changed_at
from staging.marketo__value_changes
union all
select
    concat('mkto:', activity_id) as field_change_id,
    'lead' as object_kind,
    concat('mkto:', lead_id) as object_id,
    'Unsubscribed' as field,
    cast(null as text) as old_value,
    'true' as new_value,
    'unsubscribe email' as changed_by,
    occurred_at as changed_at
from staging.marketo__unsubscribes
