with

-- From here on numbers stand for keys and ids: millions of them are sorted and joined.
block_records as (
    select
        blocks.block_id,
        blocks.rule_place,
        blocks.kind,
        keys.place
    from identity.blocks as blocks
    inner join identity.blocking_keys as keys
        on blocks.rule = keys.rule and blocks.kind = keys.kind and blocks.key = keys.key
    where not blocks.is_hub
)

select * from block_records
