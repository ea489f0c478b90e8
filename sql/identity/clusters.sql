with

clustered as (
    select unnest(correlation_clusters(left_id, right_id, weight)) as pair
    from identity.edges
),

clusters as (
    select
        records.entity_id,
        coalesce(clustered.pair['cluster'], records.entity_id) as cluster_id
    from identity.match_records as records
    left join clustered on records.entity_id = clustered.pair['node']
)

select * from clusters
