with

orders as (
    select * from staging.tmall__orders
),

-- The report writes provinces in full and municipalities without their 市.
spellings as (
    select name as spelling, name as region
    from reference.chinese_divisions where level = 'province'
    union
    select short_name as spelling, name as region
    from reference.chinese_divisions where level = 'province' and short_name is not null
),

placed as (
    select
        concat('tmall:', orders.order_id) as order_id,
        coalesce(spellings.region, orders.region) as region,
        'CNY' as currency,
        orders.amount,
        orders.ordered_at
    from orders
    left join spellings on btrim(orders.region) = spellings.spelling
)

select * from placed
