with

members as (
    select
        clusters.cluster_id,
        records.kind,
        clusters.entity_id
    from identity.clusters as clusters
    inner join identity.match_records as records on clusters.entity_id = records.entity_id
),

sizes as (
    select
        cluster_id,
        kind,
        count(*) as records,
        count(*) filter (where entity_id like 'lead:%') as lead_records
    from members
    group by cluster_id, kind
),

-- Pairs inside a cluster that were compared, or of which something is stated.
edges as (
    select
        members.cluster_id,
        edges.left_id,
        edges.right_id,
        edges.weight
    from identity.explained_edges as edges
    inner join members on edges.left_id = members.entity_id
    where edges.is_one
),

compared as (
    select
        cluster_id,
        count(*) filter (where weight > 0) as ties,
        count(*) filter (where weight <= 0) as objections
    from edges
    group by cluster_id
),

-- Each tie from both its ends.
ends as (
    select
        cluster_id,
        left_id as entity_id,
        right_id as other_id
    from edges
    where weight > 0
    union all
    select
        cluster_id,
        right_id,
        left_id
    from edges
    where weight > 0
),

-- A third record tied to both ends vouches for a tie: without it the tie is no bridge.
vouched as (
    select distinct
        edges.left_id,
        edges.right_id
    from edges
    inner join ends as lefts on edges.left_id = lefts.entity_id
    inner join ends as rights
        on edges.right_id = rights.entity_id and lefts.other_id = rights.other_id
    where edges.weight > 0
),

unvouched as (
    select
        edges.cluster_id,
        count(*) as unvouched_ties,
        min(edges.weight) as weakest_unvouched
    from edges
    left anti join vouched
        on edges.left_id = vouched.left_id and edges.right_id = vouched.right_id
    where edges.weight > 0
    group by edges.cluster_id
),

ties as (
    select
        sizes.cluster_id,
        sizes.kind,
        sizes.records,
        sizes.lead_records,
        sizes.records * (sizes.records - 1) / 2 as pairs,
        coalesce(compared.ties, 0) as ties,
        coalesce(compared.objections, 0) as objections,
        coalesce(unvouched.unvouched_ties, 0) as unvouched_ties,
        unvouched.weakest_unvouched
    from sizes
    left join compared on sizes.cluster_id = compared.cluster_id
    left join unvouched on sizes.cluster_id = unvouched.cluster_id and sizes.records > 2
)

select * from ties
