with

edges as (
    select
        left_id,
        right_id,
        weight
    from identity.edges
    union all
    select
        entity_id,
        cast(null as text),
        cast(null as bigint)
    from identity.match_fields
),

clustered as (
    select unnest(correlation_clusters(left_id, right_id, weight)) as pair
    from edges
),

clusters as (
    select
        pair['node'] as entity_id,
        pair['cluster'] as cluster_id
    from clustered
)

select * from clusters
