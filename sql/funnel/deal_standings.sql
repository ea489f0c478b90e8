-- Of its stage the chance of the greatest age it has reached.
select
    spells.subject_id as opportunity_id,
    spells.stage,
    $as_of - spells.stage_from_date as days_in_stage,
    last_value(chances.chance order by chances.age_days) as win_chance
from funnel.chances as chances
inner join funnel.spells as spells
    on chances.population = spells.population and chances.stage = spells.stage
where spells.population = 'deal'
    and spells.until_date is null
    and chances.made_date = $as_of
    and chances.age_days <= $as_of - spells.stage_from_date
group by spells.subject_id, spells.stage, spells.stage_from_date
