with

orders as (
    select * from staging.tmall__orders
),

provinces as (
    select * from reference.china_regions where kind = 'province'
),

-- The report writes provinces with their 省 and municipalities without their 市.
placed as (
    select
        concat('tmall:', orders.order_id) as order_id,
        coalesce(provinces.region, orders.region) as region,
        'CNY' as currency,
        orders.amount,
        orders.ordered_at
    from orders
    left join provinces on btrim(orders.region) = provinces.word
)

select * from placed
