with

gaps as (
    select * from funnel.purchase_gaps
),

everybody as (
    select
        max(gaps) as gaps,
        max(gap_days) as gap_days,
        max(gap_mad_days) as gap_mad_days
    from gaps
    where basis = 'everybody'
),

-- Who bought often enough is measured by oneself, others by those of their size.
measured as (
    select
        customers.*,
        coalesce(own.purchases, 0) as purchases,
        coalesce(own.least_gap_days <= $retained_days, false) as is_retained,
        case
            when own.purchases >= $own_gap_purchases then 'own'
            when peers.gaps > 0 then 'segment'
            when everybody.gaps > 0 then 'everybody'
        end as gap_basis,
        case
            when own.purchases >= $own_gap_purchases then own.gap_days
            when peers.gaps > 0 then peers.gap_days
            else everybody.gap_days
        end as gap_days,
        case
            when own.purchases >= $own_gap_purchases then own.gap_mad_days
            when peers.gaps > 0 then peers.gap_mad_days
            else everybody.gap_mad_days
        end as gap_mad_days
    from funnel.customers as customers
    cross join everybody
    left join gaps as own on customers.customer_id = own.whose and own.basis = 'own'
    left join gaps as peers on customers.segment = peers.whose and peers.basis = 'segment'
),

expected as (
    select
        *,
        last_order_date + cast(round(gap_days) as bigint) as next_due_date
    from measured
)

select
    customer_id,
    account_id,
    lead_id,
    segment,
    gap_basis,
    cast($reporting_currency as text) as currency,
    orders,
    purchases,
    referred,
    case when next_due_date is not null
        then greatest($as_of - next_due_date, 0) end as late_days,
    value,
    gap_days,
    gap_mad_days,
    is_retained,
    referred > 0 as is_advocate,
    first_order_date,
    last_order_date,
    next_due_date
from expected
