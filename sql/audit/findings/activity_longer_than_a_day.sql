select
    source,
    'activities' as entity,
    activity_id as entity_id,
    cast(null as text) as related_id,
    concat('lasted ', cast(duration_s / 86400 as text), ' days') as evidence
from entities.activities
where duration_s > 86400
