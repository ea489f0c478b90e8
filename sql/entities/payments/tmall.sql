with

orders as (
    select * from staging.tmall__orders
),

-- What came in was the total; the report has already taken the refund off the payment.
payments as (
    select
        concat('tmall:', order_id, ':payment') as payment_id,
        concat('tmall:', order_id) as order_id,
        'payment' as kind,
        'CNY' as currency,
        cast(kept_amount + refunded_amount as decimal(18,4)) as amount,
        paid_at
    from orders
    where paid_at is not null
    union all
    select
        concat('tmall:', order_id, ':refund') as payment_id,
        concat('tmall:', order_id) as order_id,
        'refund' as kind,
        'CNY' as currency,
        cast(-refunded_amount as decimal(18,4)) as amount,
        cast(null as timestamptz) as paid_at
    from orders
    where refunded_amount > 0
)

select * from payments
