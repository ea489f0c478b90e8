with

sqls as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'sql'
),

judged as (
    select
        responses.*,
        leads.channel,
        case
            when not responses.is_attempted then 'none'
            when responses.waited_s < 300 then 'under 5 minutes'
            when responses.waited_s < 3600 then 'under an hour'
            when responses.waited_s < 86400 then 'under a day'
            else 'later'
        end as bucket,
        responses.business_waited_s <= $response_minutes * 60 as is_within_limit,
        sqls.lead_id is not null as is_qualified
    from funnel.responses as responses
    inner join identity.leads as leads on responses.lead_id = leads.lead_id
    left join sqls on responses.lead_id = sqls.lead_id
)

-- Who was answered in time was; who was not yet may still be while time is left.
select
    lead_id,
    channel,
    rep_id,
    calendar,
    bucket,
    case
        when is_attempted and is_within_limit then 'met'
        when is_attempted or not is_within_limit then 'missed'
        else 'open'
    end as response_limit,
    is_attempted,
    is_reached,
    is_logged,
    is_reached or is_qualified or attempts >= $least_attempts as is_deep_enough,
    attempts,
    kinds,
    active_days,
    waited_s,
    business_waited_s,
    captured_at,
    assigned_at,
    attempted_at,
    reached_at
from judged
