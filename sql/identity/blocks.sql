with

shared as (
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
        shared.rule,
        shared.kind,
        shared.key,
        cast(row_number() over (order by shared.rule, shared.kind, shared.key) as bigint)
            as block_id,
        rules.place as rule_place,
        shared.records,
        shared.records > rules.max_records as is_hub
    from shared
    inner join reference.blocking_rules as rules on shared.rule = rules.rule
)

select * from judged
