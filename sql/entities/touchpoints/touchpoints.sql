select
    concat(customer_id, ':', cast(cast(occurred_at as bigint) as text)) as touch_id,
    customer_id as visitor_id,
    channel,
    cast(null as text) as campaign,
    interaction as kind,
    cast(null as text) as landing_url,
    occurred_at as touched_at
from staging.touchpoints__events
