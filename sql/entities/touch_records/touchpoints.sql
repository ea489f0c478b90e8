-- The set names channels, not tags.
select
    concat(customer_id, ':', cast(cast(occurred_at as bigint) as text)) as touch_id,
    customer_id as visitor_id,
    interaction as kind,
    channel,
    occurred_at as touched_at
from staging.touchpoints__events
