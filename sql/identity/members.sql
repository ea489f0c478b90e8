with

people as (
    select * from identity.people
),

members as (
    select
        clusters.entity_id as contact_id,
        people.person_id,
        people.lead_id
    from identity.clusters as clusters
    inner join people on clusters.cluster_id = people.cluster_id
    union all
    -- Who converted is who had the device then.
    select
        contacts.contact_id,
        people.person_id,
        people.lead_id
    from identity.contacts as contacts
    inner join identity.visitors as visitors on contacts.visitor_id = visitors.visitor_id
    inner join people on visitors.person_id = people.person_id
    where contacts.kind = 'conversion'
        and (visitors.from_at is null or contacts.seen_at >= visitors.from_at)
        and (visitors.until_at is null or contacts.seen_at < visitors.until_at)
)

select * from members
