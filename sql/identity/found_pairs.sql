with

pairs as (
    select
        kind,
        rules,
        count(*) as pairs
    from identity.pairs
    where origin = 'blocked'
    group by kind, rules
),

linked as (
    select
        kind,
        blocking_rules as rules,
        count(*) as linked
    from identity.explained_edges
    where is_one and blocking_rules is not null
    group by kind, blocking_rules
),

found as (
    select
        pairs.kind,
        pairs.rules,
        pairs.pairs,
        coalesce(linked.linked, 0) as linked
    from pairs
    left join linked on pairs.kind = linked.kind and pairs.rules = linked.rules
)

select * from found
