with

contacts as (
    select * from entities.opportunity_contacts where role is not null
),

roles as (
    select word from reference.buying_roles
),

-- A word nobody placed counts for no part in the purchase.
unknown as (
    select
        contacts.source,
        'opportunity_contacts' as entity,
        concat(contacts.opportunity_id, ' ', contacts.record_id) as entity_id,
        contacts.record_id as related_id,
        concat('the role ', contacts.role, ' is not in reference.buying_roles') as evidence
    from contacts
    left anti join roles on lower(btrim(nfkc(contacts.role))) = roles.word
)

select * from unknown
