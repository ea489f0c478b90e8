with

clusters as (
    select * from identity.clusters
),

people as (
    select * from identity.people
),

members as (
    select
        clusters.contact_id,
        people.person_id,
        people.lead_id
    from clusters
    inner join people on clusters.cluster_id = people.cluster_id
)

select * from members
