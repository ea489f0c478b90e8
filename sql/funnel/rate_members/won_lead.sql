select
    rates.rate,
    won.lead_id as member_id,
    fits.channel,
    $window_days as window_days,
    fits.is_known as is_judged,
    fits.is_fitting as is_reached,
    fits.is_fitting as is_ever_reached,
    false as is_imputed,
    fits.is_known as is_covered,
    cast(won.entered_at at time zone $time_zone as date) as entered_date,
    cast(null as date) as reached_date
from funnel.first_entries as won
cross join reference.rates as rates
inner join funnel.icp_fits as fits on won.lead_id = fits.lead_id and fits.stage = won.stage
where won.stage = 'won'
    and rates.population = 'won_lead'
    and cast(won.entered_at at time zone $time_zone as date) <= $as_of
