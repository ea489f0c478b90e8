with

keys as (
    select
        blocks.rule_place,
        blocks.kind,
        blocks.key,
        keys.entity_id
    from identity.blocks as blocks
    inner join identity.blocking_keys as keys
        on blocks.rule = keys.rule and blocks.kind = keys.kind and blocks.key = keys.key
    where not blocks.is_hub
),

-- A bit for each rule: most pairs share several keys, and a number is quickly put together.
pairs as (
    select
        lefts.entity_id as left_id,
        rights.entity_id as right_id,
        lefts.kind,
        bit_or(1 << lefts.rule_place) as rules
    from keys as lefts
    inner join keys as rights
        on lefts.rule_place = rights.rule_place
            and lefts.kind = rights.kind
            and lefts.key = rights.key
    where lefts.entity_id < rights.entity_id
    group by lefts.entity_id, rights.entity_id, lefts.kind
)

select * from pairs
