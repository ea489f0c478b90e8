select
    'salesforce' as source,
    'opportunities' as entity,
    concat('sf:', opportunity_id) as entity_id,
    cast(null as text) as related_id,
    concat('its chance of winning is ', cast(probability_percent as text), ' percent') as evidence
from staging.salesforce__opportunities
where coalesce(is_current, true) and probability_percent not between 0 and 100
