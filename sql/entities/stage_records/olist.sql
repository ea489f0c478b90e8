-- Olist keeps no history: a deal is all that is known of a lead's way.
select
    record_id,
    'won' as stage,
    opportunity_id,
    'derived' as evidence,
    'second' as time_precision,
    closed_at as entered_at
from entities.opportunities
where source = 'olist'
