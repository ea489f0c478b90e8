with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

payments as (
    select
        kind,
        payment_id,
        currency,
        cast(abs(amount) as decimal(18,4)) as amount,
        cast(paid_at at time zone $time_zone as date) as paid_date
    from entities.payments
),

-- One part per kind of thing that happens to money.
moves as (
    select
        'order' as kind,
        order_id as subject_id,
        value,
        ordered_date as moved_date
    from funnel.orders
    union all
    select
        'invoice' as kind,
        invoice_id,
        value,
        invoiced_date
    from funnel.invoices
    union all
    select
        payments.kind,
        payments.payment_id,
        case
            when payments.currency = $reporting_currency then payments.amount
            else cast(payments.amount * rates.rate as decimal(18,4))
        end,
        payments.paid_date
    from payments
    left join rates on payments.currency = rates.currency and payments.paid_date = rates.rate_date
    where payments.paid_date <= $as_of or payments.paid_date is null
    union all
    select
        'settlement' as kind,
        concat(invoice_id, ' ', payment_id),
        value,
        settled_date
    from funnel.settlements
)

select * from moves
