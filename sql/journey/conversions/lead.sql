select
    concat('lead:', lead_id) as conversion_id,
    person_id,
    lead_id,
    cast($reporting_currency as text) as currency,
    cast(0 as decimal(18,4)) as value,
    false as is_value_known,
    captured_at as converted_at
from identity.leads
