with

invoices as (
    select * from funnel.invoices where order_id is not null
),

payments as (
    select
        payment_id,
        order_id,
        currency,
        amount,
        cast(paid_at at time zone $time_zone as date) as paid_date
    from entities.payments
    where kind = 'payment'
        and order_id is not null
        and cast(paid_at at time zone $time_zone as date) <= $as_of
),

received as (
    select
        *,
        sum(amount) over (
            partition by order_id, currency order by paid_date, payment_id
        ) as received_until
    from payments
),

-- Both are laid end to end: what they have in common is what the one settles of the other.
overlaps as (
    select
        invoices.invoice_id,
        received.payment_id,
        invoices.rate,
        least(invoices.billed_until, received.received_until)
            - greatest(
                invoices.billed_until - invoices.amount,
                received.received_until - received.amount
            ) as amount,
        greatest(received.paid_date, invoices.invoiced_date) as settled_date
    from invoices
    inner join received
        on invoices.order_id = received.order_id and invoices.currency = received.currency
)

select
    invoice_id,
    payment_id,
    cast(amount as decimal(18,4)) as amount,
    cast(cast(amount as decimal(18,4)) * rate as decimal(18,4)) as value,
    settled_date
from overlaps
where amount > 0
