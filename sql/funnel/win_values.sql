-- A subject that was won twice is two wins.
select
    spells.population,
    count(spells.outcome_value) as wins,
    exact_avg(cast(spells.outcome_value as double)) as mean_value,
    exact_avg(cast(spells.outcome_value as double) * cast(spells.outcome_value as double))
        as mean_square,
    max(cast(spells.outcome_value as double)) as largest_value,
    days.made_date
from funnel.forecast_days as days
inner join funnel.spells as spells on spells.outcome_date <= days.made_date
where spells.ending = 'won'
group by days.made_date, spells.population
