-- Narrow on purpose: lines are joined with this short list, not with each other.
select
    row_key,
    min(_line) as first_line,
    count(*) as copies
from staging.google_merch__visits
group by row_key
having count(*) > 1
