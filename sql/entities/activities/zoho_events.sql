select
    concat('zoho:event:', event_id) as activity_id,
    coalesce('zoho:lead:' || lead_id, 'zoho:contact:' || contact_id) as record_id,
    'zoho:' || account_id as account_id,
    'zoho:' || owner_id as owner_id,
    'meeting' as kind,
    cast(extract(epoch from ended_at) - extract(epoch from started_at) as bigint) as duration_s,
    false as is_automated,
    started_at as occurred_at
from staging.zoho__events
