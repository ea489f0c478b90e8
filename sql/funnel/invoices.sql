with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

-- Of a source none of whose bills is about a paid order nobody tells what was paid.
tellers as (
    select distinct invoices.source
    from entities.invoices as invoices
    inner join entities.payments as payments on invoices.order_id = payments.order_id
),

-- What was taken back before it was paid, or never sent, is owed by nobody.
standing as (
    select
        *,
        cast(invoiced_at at time zone $time_zone as date) as invoiced_date
    from entities.invoices
    where amount > 0
        and coalesce(lower(btrim(status)), '') not in ('cancelled', 'canceled', 'void', 'draft')
        and cast(invoiced_at at time zone $time_zone as date) <= $as_of
),

valued as (
    select
        standing.*,
        tellers.source is not null as is_watched,
        case when standing.currency = $reporting_currency then cast(1 as decimal(12,6))
            else rates.rate end as rate
    from standing
    left join tellers on standing.source = tellers.source
    left join rates
        on standing.currency = rates.currency and standing.invoiced_date = rates.rate_date
),

invoices as (
    select
        invoice_id,
        order_id,
        owner_id,
        source,
        currency,
        amount,
        cast(sum(amount) over (
            partition by coalesce(order_id, invoice_id), currency
            order by invoiced_date, invoice_id
        ) as decimal(28,4)) as billed_until,
        rate,
        cast(amount * rate as decimal(18,4)) as value,
        is_watched,
        invoiced_date,
        due_date
    from valued
)

select * from invoices
