with

orders as (
    select * from entities.orders
),

-- Only what is in the money of the order is set against it.
invoices as (
    select
        order_id,
        currency,
        count(*) as invoices,
        sum(amount) as invoiced,
        min(invoiced_date) as invoiced_date
    from funnel.invoices
    where order_id is not null
    group by order_id, currency
),

-- A payment without a day is how the source stands.
payments as (
    select
        payment_id,
        order_id,
        kind,
        currency,
        amount,
        cast(paid_at at time zone $time_zone as date) as paid_date
    from entities.payments
    where order_id is not null
        and (paid_at is null or cast(paid_at at time zone $time_zone as date) <= $as_of)
),

sums as (
    select
        order_id,
        currency,
        count(*) filter (where kind = 'payment') as payments,
        count(*) filter (where kind = 'refund') as refunds,
        coalesce(sum(amount) filter (where kind = 'payment'), 0) as paid,
        coalesce(-sum(amount) filter (where kind = 'refund'), 0) as refunded
    from payments
    group by order_id, currency
),

running as (
    select
        order_id,
        currency,
        paid_date,
        sum(amount) over (partition by order_id, currency order by paid_date, payment_id) as paid
    from payments
    where kind = 'payment' and paid_date is not null
),

-- The day of the payment with which all of it was there.
settled as (
    select
        orders.order_id,
        min(running.paid_date) as paid_date
    from orders
    inner join running
        on orders.order_id = running.order_id and orders.currency = running.currency
    where running.paid >= orders.amount
    group by orders.order_id
),

-- Of a source none of whose orders was ever paid nobody tells what was.
tellers as (
    select distinct orders.source
    from orders
    inner join payments on orders.order_id = payments.order_id
),

money as (
    select
        orders.order_id,
        orders.currency,
        coalesce(invoices.invoices, 0) as invoices,
        coalesce(sums.payments, 0) as payments,
        coalesce(sums.refunds, 0) as refunds,
        orders.amount,
        cast(coalesce(invoices.invoiced, 0) as decimal(18,4)) as invoiced,
        case when tellers.source is not null
            then cast(coalesce(sums.paid, 0) as decimal(18,4)) end as paid,
        cast(coalesce(sums.refunded, 0) as decimal(18,4)) as refunded,
        invoices.invoiced_date,
        settled.paid_date
    from orders
    left join invoices
        on orders.order_id = invoices.order_id and orders.currency = invoices.currency
    left join sums on orders.order_id = sums.order_id and orders.currency = sums.currency
    left join settled on orders.order_id = settled.order_id
    left join tellers on orders.source = tellers.source
    where cast(orders.ordered_at at time zone $time_zone as date) <= $as_of
)

select * from money
