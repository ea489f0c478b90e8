with

sales_orders as (
    select * from staging.zoho__sales_orders
),

-- Orders name no customer; their invoices do.
customers as (
    select
        sales_order_id,
        min(contact_id) as contact_id
    from staging.zoho__invoices
    where sales_order_id is not null
    group by sales_order_id
    having count(distinct contact_id) = 1
),

orders as (
    select
        concat('zoho:', sales_orders.sales_order_id) as order_id,
        'zoho:contact:' || customers.contact_id as record_id,
        sales_orders.status,
        cast($zoho_currency as text) as currency,
        sales_orders.grand_total as amount,
        sales_orders.created_at as ordered_at,
        case when sales_orders.status = 'Cancelled' then 'cancelled' end as drop_reason
    from sales_orders
    left join customers on sales_orders.sales_order_id = customers.sales_order_id
)

select * from orders
