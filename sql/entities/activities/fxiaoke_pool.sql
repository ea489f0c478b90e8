-- Of all follow-ups the clue keeps the last, and not what it was.
select
    concat('pool:', clue_id, ':followed') as activity_id,
    concat('pool:', clue_id) as record_id,
    'pool:' || owner_id as owner_id,
    'outbound' as direction,
    false as is_automated,
    true as is_done,
    followed_at as occurred_at
from staging.fxiaoke_pool__clues
where followed_at is not null
