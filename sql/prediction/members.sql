with

scopes as (
    select * from prediction.scopes where is_enough
)

-- A segment that has enough has a prediction of its own beside the one of all.
select
    scopes.scope,
    units.lead_id,
    units.split,
    units.is_reached
from scopes
cross join prediction.units as units
where scopes.scope = '(all)' or scopes.scope = units.segment
