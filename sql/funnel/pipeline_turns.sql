select
    subject_id as opportunity_id,
    spell,
    stage,
    beginning as turn,
    cast(null as decimal(18,4)) as value,
    from_date as day
from funnel.spells
where population = 'deal' and beginning <> 'revalued'
union all
select
    subject_id,
    spell,
    stage,
    case when ending = 'moved' then 'moved on' else ending end as turn,
    case when ending = 'won' then outcome_value end as value,
    until_date as day
from funnel.spells
where population = 'deal' and ending in ('moved', 'won', 'lost')
