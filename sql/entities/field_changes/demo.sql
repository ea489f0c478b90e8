select
    change_id as field_change_id,
    object as object_kind,
    object_id,
    field,
    old_value,
    new_value,
    changed_by,
    changed_at
from staging.demo__field_history
