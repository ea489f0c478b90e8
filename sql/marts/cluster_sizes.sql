with

sizes as (
    select
        cluster_id,
        kind,
        count(*) as records
    from marts.identity_members
    group by cluster_id, kind
),

ties as (
    select
        clusters.cluster_id,
        count(*) as ties
    from identity.explained_edges as edges
    inner join identity.clusters as clusters on edges.left_id = clusters.entity_id
    where edges.is_one and edges.weight > 0
    group by clusters.cluster_id
),

measured as (
    select
        sizes.kind,
        sizes.records,
        coalesce(ties.ties, 0) as ties
    from sizes
    left join ties on sizes.cluster_id = ties.cluster_id
),

counted as (
    select
        kind,
        records,
        count(*) as clusters,
        sum(records) as all_records,
        sum(ties) as ties,
        -- As many ties as hold so many together at least: each is a bridge.
        count(*) filter (where records > 2 and ties < records) as chains
    from measured
    group by kind, records
)

select
    kind,
    records,
    clusters,
    all_records,
    case
        when records > 1
            then cast(ties as double) * 2 / (records * (records - 1)) / clusters
    end as tied_share,
    chains
from counted
