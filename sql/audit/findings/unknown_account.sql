with

named as (
    select
        source,
        'lead_records' as entity,
        record_id as entity_id,
        account_id
    from entities.lead_records
    union all
    select
        source,
        'accounts',
        account_id as entity_id,
        coalesce(merged_into, parent_account_id) as account_id
    from entities.accounts
),

accounts as (
    select account_id from entities.accounts
),

-- Deleted there, or in no export: nobody can say which company it was.
unknown as (
    select
        named.source,
        named.entity,
        named.entity_id,
        named.account_id as related_id,
        'names an account that was left out or never read' as evidence
    from named
    left anti join accounts on named.account_id = accounts.account_id
    where named.account_id is not null
)

select * from unknown
