-- Of all follow-ups the lead keeps the last, and not what it was.
select
    concat('fx:', lead_id, ':followed') as activity_id,
    concat('fx:', lead_id) as record_id,
    'fx:' || last_follower_id as owner_id,
    'outbound' as direction,
    completed_result as outcome,
    false as is_automated,
    true as is_done,
    last_followed_at as occurred_at
from staging.fxiaoke__leads
where last_followed_at is not null
