select
    lead_id,
    tag,
    until_at is null or cast(until_at at time zone $time_zone as date) > $as_of as is_held,
    from_at,
    until_at
from scoring.lead_tags
where cast(from_at at time zone $time_zone as date) <= $as_of
