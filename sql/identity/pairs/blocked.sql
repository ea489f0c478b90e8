with

keys as (
    select
        blocks.rule,
        blocks.kind,
        blocks.key,
        keys.entity_id
    from identity.blocks as blocks
    inner join identity.blocking_keys as keys
        on blocks.rule = keys.rule and blocks.kind = keys.kind and blocks.key = keys.key
    where not blocks.is_hub
),

sharing as (
    select distinct
        lefts.entity_id as left_id,
        rights.entity_id as right_id,
        lefts.kind,
        lefts.rule
    from keys as lefts
    inner join keys as rights
        on lefts.rule = rights.rule and lefts.kind = rights.kind and lefts.key = rights.key
    where lefts.entity_id < rights.entity_id
),

pairs as (
    select
        left_id,
        right_id,
        kind,
        string_agg(rule, ' ' order by rule) as rules
    from sharing
    group by left_id, right_id, kind
)

select * from pairs
