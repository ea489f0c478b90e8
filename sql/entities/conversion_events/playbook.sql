select
    concat_ws(':', 'playbook', customer_id, cast(cast(converted_at as bigint) as text))
        as conversion_id,
    concat('playbook:', customer_id) as visitor_id,
    'XXX' as currency,
    revenue as value,
    converted_at
from staging.playbook__conversions
