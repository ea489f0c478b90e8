select
    lead_id,
    from_at,
    until_at
from scoring.temperature_spells
where temperature = 'cold'
