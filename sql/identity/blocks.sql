with

blocks as (
    select
        rule,
        kind,
        key,
        count(*) as records
    from identity.blocking_keys
    group by rule, kind, key
    having count(*) > 1
),

judged as (
    select
        blocks.rule,
        blocks.kind,
        blocks.key,
        rules.place as rule_place,
        blocks.records,
        blocks.records > rules.max_records as is_hub
    from blocks
    inner join reference.blocking_rules as rules on blocks.rule = rules.rule
)

select * from judged
