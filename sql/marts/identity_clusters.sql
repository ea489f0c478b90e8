select
    cluster_id,
    kind,
    records,
    lead_records,
    pairs,
    ties,
    objections,
    unvouched_ties,
    weakest_unvouched,
    cast(ties as double) / cast(pairs as double) as density
from identity.cluster_ties
where records > 1
