-- The set keeps no orders; what a deal closed at it calls its revenue.
select
    opportunity_id as order_id,
    opportunity_id,
    currency,
    amount,
    closed_at as ordered_at
from entities.opportunities
where source = 'maven' and is_won
