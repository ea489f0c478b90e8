with

states as (
    select * from scoring.bant
)

select
    lead_id,
    max(state) filter (where criterion = 'budget') as budget,
    max(state) filter (where criterion = 'authority') as authority,
    max(state) filter (where criterion = 'need') as need,
    max(state) filter (where criterion = 'timing') as timing,
    count(*) filter (where state <> 'unknown') as known,
    count(*) filter (where state = 'yes') as agreed,
    max(source) filter (where criterion = 'budget') as budget_source,
    max(source) filter (where criterion = 'authority') as authority_source,
    max(source) filter (where criterion = 'need') as need_source,
    max(source) filter (where criterion = 'timing') as timing_source,
    max(changed_at) filter (where criterion = 'budget') as budget_at,
    max(changed_at) filter (where criterion = 'authority') as authority_at,
    max(changed_at) filter (where criterion = 'need') as need_at,
    max(changed_at) filter (where criterion = 'timing') as timing_at
from states
group by lead_id
