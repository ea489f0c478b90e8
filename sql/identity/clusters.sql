with

keys as (
    select * from identity.contact_keys
),

first_contacts as (
    select
        key_kind,
        key,
        min(contact_id) as first_id
    from identity.contact_keys
    group by key_kind, key
),

-- Everybody who shares a key is tied to the first of them: no more edges than keys.
edges as (
    select
        keys.contact_id as left_id,
        first_contacts.first_id as right_id
    from keys
    inner join first_contacts
        on keys.key_kind = first_contacts.key_kind and keys.key = first_contacts.key
    union all
    select
        contact_id as left_id,
        cast(null as text) as right_id
    from identity.contacts
    where invalid_reason is null
),

components as (
    select unnest(connected_components(left_id, right_id)) as pair
    from edges
),

clusters as (
    select
        pair['node'] as contact_id,
        pair['component'] as cluster_id
    from components
)

select * from clusters
