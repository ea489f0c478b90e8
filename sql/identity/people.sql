with

clusters as (
    select * from identity.clusters
),

contacts as (
    select * from identity.contacts
),

-- The earliest contact names the person, so that an older id survives a merge. What a lead became
-- is no lead, even where it is older: it stands for one only where no record of a lead is left.
people as (
    select
        clusters.cluster_id,
        first_value(contacts.contact_id order by contacts.seen_at, contacts.contact_id)
            as person_id,
        first_value(
            contacts.source_id order by contacts.follows_lead, contacts.seen_at, contacts.contact_id
        ) filter (where contacts.kind = 'lead') as lead_id,
        count(*) filter (where contacts.kind = 'lead') as record_count,
        count(*) as contact_count,
        min(contacts.seen_at) as first_seen_at
    from clusters
    inner join contacts on clusters.contact_id = contacts.contact_id
    group by clusters.cluster_id
)

select * from people
