select
    concat('sf:', event_id) as activity_id,
    'sf:' || who_id as record_id,
    case when starts_with(what_id, '006') then 'sf:' || what_id end as opportunity_id,
    'sf:' || account_id as account_id,
    'sf:' || owner_id as owner_id,
    case when lower(kind) = 'call' then 'call' else 'meeting' end as kind,
    duration_min * 60 as duration_s,
    false as is_automated,
    starts_at as occurred_at,
    case
        when not is_current then 'superseded'
        when is_deleted then 'deleted'
        when is_child then 'copy'
        when is_recurrence then 'series'
    end as drop_reason
from staging.salesforce__events
