with

-- Between components nothing can be one: what speaks against it need not be weighed.
scored as (
    select scored.*
    from identity.components as rights
    inner join (
        identity.components as lefts
        inner join identity.scored_pairs as scored
            on lefts.kind = scored.kind and lefts.place = scored.left_place
    ) on rights.kind = scored.kind
        and rights.place = scored.right_place
        and rights.component = lefts.component
),

-- What is stated stands above everything, but that a mail may be forwarded: its link weighs like an address in common.
judged as (
    select
        coalesce(scored.kind, stated.kind) as kind,
        coalesce(scored.left_place, stated.left_place) as left_place,
        coalesce(scored.right_place, stated.right_place) as right_place,
        coalesce(stated.rule, scored.rule) as rule,
        scored.pattern,
        scored.rules as blocking_rules,
        scored.millibits,
        case
            when stated.rule in ('must_not_link', 'crm_hierarchy') then -1000000000000
            when stated.rule = 'mail_link' then greatest(coalesce(scored.weight, 0), 10000)
            when stated.rule is not null then 1000000000
            else scored.weight
        end as weight
    from identity.stated_links as stated
    full outer join scored
        on stated.kind = scored.kind
            and stated.left_place = scored.left_place
            and stated.right_place = scored.right_place
),

edges as (
    select
        lefts.entity_id as left_id,
        rights.entity_id as right_id,
        judged.kind,
        judged.rule,
        judged.pattern,
        judged.blocking_rules,
        judged.millibits,
        judged.weight
    from judged
    inner join identity.match_records as lefts
        on judged.kind = lefts.kind and judged.left_place = lefts.place
    inner join identity.match_records as rights
        on judged.kind = rights.kind and judged.right_place = rights.place
)

select * from edges
