select
    concat('hs:', contact_id, ':', property, ':', cast(cast(changed_at as bigint) as text))
        as field_change_id,
    'contact' as object_kind,
    concat('hs:', contact_id) as object_id,
    property as field,
    lag(value) over (partition by contact_id, property order by changed_at) as old_value,
    value as new_value,
    coalesce(source_id, change_source) as changed_by,
    changed_at
from staging.hubspot__property_history
