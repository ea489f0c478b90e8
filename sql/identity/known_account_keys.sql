with

keys as (
    select * from identity.crm_account_keys
    union all
    select * from identity.domain_account_keys
),

-- 海科 says less than 深圳海科科技: beside it, it does not stand for a 海科 of elsewhere.
shorter as (
    select distinct
        keys.account_id,
        keys.key,
        keys.variant
    from keys
    inner join keys as fuller
        on keys.account_id = fuller.account_id
            and keys.key = fuller.key
            and fuller.kind = 'name'
    where keys.kind = 'name'
        and keys.variant <> fuller.variant
        and (keys.region is null or keys.region = fuller.region)
        and (keys.industry is null or keys.industry = fuller.industry)
),

known as (
    select
        keys.account_id,
        keys.kind,
        keys.key,
        keys.variant,
        keys.region,
        keys.industry,
        shorter.account_id is null as is_full
    from keys
    left join shorter
        on keys.kind = 'name'
            and keys.account_id = shorter.account_id
            and keys.key = shorter.key
            and keys.variant = shorter.variant
)

select * from known
