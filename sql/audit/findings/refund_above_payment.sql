with

money as (
    select * from funnel.order_money
),

orders as (
    select order_id, source from entities.orders
),

above as (
    select
        orders.source,
        'orders' as entity,
        orders.order_id as entity_id,
        cast(null as text) as related_id,
        concat(
            money.refunded, ' ', money.currency, ' went back, of ', money.paid, ' that came in'
        ) as evidence
    from money
    inner join orders on money.order_id = orders.order_id
    where money.refunded > money.paid
)

select * from above
