select
    members.source,
    'accounts' as entity,
    members.account_record_id as entity_id,
    records.parent_account_id as related_id,
    'the accounts above it go round in a circle' as evidence
from identity.account_members as members
inner join identity.accounts as accounts on members.account_id = accounts.account_id
inner join entities.accounts as records on members.account_record_id = records.account_id
where accounts.is_circular and records.parent_account_id is not null
