select
    concat('pool:', clue_id) as record_id,
    'won' as stage,
    'native' as evidence,
    'second' as time_precision,
    won_at as entered_at
from staging.fxiaoke_pool__clues
where won_at is not null
