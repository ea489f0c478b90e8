select
    finding,
    source,
    entity,
    entity_id,
    related_id,
    evidence
from audit.findings
