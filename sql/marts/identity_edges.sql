select
    left_id,
    right_id,
    kind,
    rule,
    pattern,
    millibits,
    weight,
    is_one,
    evidence
from identity.explained_edges
