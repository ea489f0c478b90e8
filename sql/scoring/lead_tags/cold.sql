select
    lead_id,
    from_at,
    until_at
from scoring.temperature_spells
where temperature = 'cold'
union all
-- Who never had a point has no history and is cold.
select
    leads.lead_id,
    leads.captured_at as from_at,
    cast(null as timestamptz) as until_at
from identity.leads as leads
left join (
    select distinct lead_id from scoring.temperature_spells
) as told on leads.lead_id = told.lead_id
where told.lead_id is null
    and cast(leads.captured_at at time zone $time_zone as date) <= $as_of
