select
    attribute,
    value,
    leads,
    won,
    base_share,
    won_share,
    lift,
    weight_of_evidence
from funnel.lookalikes
