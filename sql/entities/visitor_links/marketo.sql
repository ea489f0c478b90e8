select
    concat('mkto:', lead_id) as link_id,
    concat('mkto:', lead_id) as visitor_id,
    email,
    phone,
    created_at as linked_at
from staging.marketo__leads
