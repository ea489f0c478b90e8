select
    change_id,
    object,
    object_id,
    field,
    old_value,
    new_value,
    changed_by,
    _file,
    _line,
    changed_at
from raw.demo_field_history
