with

items as (
    select * from entities.order_lines where source = 'olist'
),

-- An Olist order may hold goods of several sellers; each seller's part is an order of ours.
seller_orders as (
    select
        order_id,
        seller_id,
        cast(sum(amount) as decimal(18,4)) as amount,
        min(ordered_at) as ordered_at
    from items
    group by order_id, seller_id
),

deals as (
    select
        account_id,
        min(record_id) as record_id,
        min(opportunity_id) as opportunity_id
    from entities.opportunities
    where source = 'olist'
    group by account_id
),

orders as (
    select
        concat(seller_orders.order_id, ':', seller_orders.seller_id) as order_id,
        deals.record_id,
        deals.opportunity_id,
        'BRL' as currency,
        seller_orders.amount,
        seller_orders.ordered_at
    from seller_orders
    left join deals on seller_orders.seller_id = deals.account_id
)

select * from orders
