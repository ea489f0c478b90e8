with

paid as (
    select
        invoice_id,
        sum(amount) as paid,
        sum(value) as paid_value,
        max(settled_date) as last_date
    from funnel.settlements
    group by invoice_id
),

invoices as (
    select
        invoices.*,
        cast(coalesce(paid.paid, 0) as decimal(18,4)) as paid,
        case
            when coalesce(paid.paid, 0) = invoices.amount then invoices.value
            else cast(coalesce(paid.paid_value, 0) as decimal(18,4))
        end as paid_value,
        case when paid.paid = invoices.amount then paid.last_date end as paid_date
    from funnel.invoices as invoices
    left join paid on invoices.invoice_id = paid.invoice_id
)

select
    invoice_id,
    order_id,
    owner_id,
    source,
    currency,
    cast($reporting_currency as text) as reporting_currency,
    case when is_watched then coalesce(paid_date, $as_of) - invoiced_date end as days,
    case when is_watched and due_date is not null
        then greatest(coalesce(paid_date, $as_of) - due_date, 0) end as late_days,
    amount,
    case when is_watched then paid end as paid,
    value,
    case when is_watched then cast(value - paid_value as decimal(18,4)) end as open_value,
    case when is_watched then paid_date is not null end as is_paid,
    case when is_watched then coalesce(paid_date, $as_of) > due_date end as is_late,
    invoiced_date,
    due_date,
    paid_date
from invoices
