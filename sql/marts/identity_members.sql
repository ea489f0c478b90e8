select
    fields.entity_id,
    clusters.cluster_id,
    fields.kind
from identity.match_fields as fields
inner join identity.clusters as clusters on fields.entity_id = clusters.entity_id
