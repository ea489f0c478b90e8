select
    concat('zoho:call:', call_id) as activity_id,
    coalesce('zoho:lead:' || lead_id, 'zoho:contact:' || contact_id) as record_id,
    'zoho:' || account_id as account_id,
    'zoho:' || owner_id as owner_id,
    'call' as kind,
    case when call_type = 'Outbound' then 'outbound' when call_type is not null then 'inbound' end
        as direction,
    duration_s,
    false as is_automated,
    started_at as occurred_at
from staging.zoho__calls
