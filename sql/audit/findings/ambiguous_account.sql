select
    source,
    'lead_records' as entity,
    lead_id as entity_id,
    cast(null as text) as related_id,
    concat(
        cast(candidates as text), ' accounts fit equally well, by the rule ', rule, ' at best'
    ) as evidence
from identity.lead_accounts
where is_tie and decided_by is null
