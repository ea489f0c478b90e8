with

orders as (
    select * from staging.tmall__orders
),

placed as (
    select
        concat('tmall:', orders.order_id) as order_id,
        coalesce(regions.region, orders.region) as region,
        'CNY' as currency,
        orders.amount,
        orders.ordered_at
    from orders
    left join reference.regions as regions on btrim(orders.region) = regions.name
)

select * from placed
