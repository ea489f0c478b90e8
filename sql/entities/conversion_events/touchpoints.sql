select
    concat(customer_id, ':', cast(cast(occurred_at as bigint) as text)) as conversion_id,
    customer_id as visitor_id,
    'XXX' as currency,
    conversion_value as value,
    occurred_at as converted_at
from staging.touchpoints__events
where is_conversion
