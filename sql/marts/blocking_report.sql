with

blocks as (
    select
        rule,
        kind,
        count(*) filter (where not is_hub) as keys,
        count(*) filter (where is_hub) as hubs,
        coalesce(sum(records) filter (where is_hub), 0) as hub_records
    from identity.blocks
    group by rule, kind
),

-- Sets of rules are few, pairs are many.
found as (
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
        edges.kind,
        edges.blocking_rules as rules,
        count(*) as pairs
    from identity.edges as edges
    inner join identity.clusters as lefts on edges.left_id = lefts.entity_id
    inner join identity.clusters as rights on edges.right_id = rights.entity_id
    where edges.blocking_rules is not null and lefts.cluster_id = rights.cluster_id
    group by edges.kind, edges.blocking_rules
),

sets as (
    select
        found.kind,
        found.rules,
        found.pairs,
        coalesce(linked.pairs, 0) as linked
    from found
    left join linked on found.kind = linked.kind and found.rules = linked.rules
),

shared as (
    select
        sets.kind,
        rules.rule,
        sum(sets.pairs) as pairs,
        sum(case when sets.rules = 1 << rules.place then sets.pairs else 0 end) as only_pairs,
        sum(sets.linked) as linked,
        sum(case when sets.rules = 1 << rules.place then sets.linked else 0 end) as only_linked
    from sets
    inner join reference.blocking_rules as rules on (sets.rules >> rules.place) & 1 = 1
    group by sets.kind, rules.rule
),

-- Two ways to be found that know little of each other: by what one is reached at, and by what one is called.
captures as (
    select
        sets.kind,
        sets.pairs,
        sets.linked,
        bool_or(rules.capture = 'address') as is_by_address,
        bool_or(rules.capture = 'name') as is_by_name
    from sets
    inner join reference.blocking_rules as rules on (sets.rules >> rules.place) & 1 = 1
    group by sets.kind, sets.rules, sets.pairs, sets.linked
),

recaptured as (
    select
        kind,
        sum(pairs) as pairs,
        sum(linked) as linked,
        sum(case when is_by_address then linked else 0 end) as by_address,
        sum(case when is_by_name then linked else 0 end) as by_name,
        sum(case when is_by_address and is_by_name then linked else 0 end) as by_both
    from captures
    group by kind
),

report as (
    select
        blocks.kind,
        blocks.rule,
        blocks.keys,
        blocks.hubs,
        blocks.hub_records,
        coalesce(shared.pairs, 0) as pairs,
        coalesce(shared.only_pairs, 0) as only_pairs,
        coalesce(shared.linked, 0) as linked_pairs,
        coalesce(shared.only_linked, 0) as only_linked_pairs,
        cast(shared.linked as double) / nullif(recaptured.linked, 0) as linked_share,
        cast(null as double) as completeness
    from blocks
    left join shared on blocks.kind = shared.kind and blocks.rule = shared.rule
    left join recaptured on blocks.kind = recaptured.kind
    union all
    select
        recaptured.kind,
        '(all)',
        sums.keys,
        sums.hubs,
        sums.hub_records,
        recaptured.pairs,
        recaptured.pairs as only_pairs,
        recaptured.linked,
        recaptured.linked as only_linked_pairs,
        case when recaptured.linked > 0 then 1.0 end,
        case
            when recaptured.by_address > 0 and recaptured.by_name > 0 then least(
                cast(recaptured.by_address + recaptured.by_name - recaptured.by_both as double)
                * (recaptured.by_both + 1)
                / (
                    cast(recaptured.by_address + 1 as double) * (recaptured.by_name + 1)
                    - (recaptured.by_both + 1)
                ),
                1.0
            )
        end
    from recaptured
    inner join (
        select
            kind,
            sum(keys) as keys,
            sum(hubs) as hubs,
            sum(hub_records) as hub_records
        from blocks
        group by kind
    ) as sums on recaptured.kind = sums.kind
)

select * from report
