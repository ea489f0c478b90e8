select
    records.entity_id,
    clusters.cluster_id,
    records.kind
from identity.match_records as records
inner join identity.clusters as clusters on records.entity_id = clusters.entity_id
