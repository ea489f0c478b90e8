with

counted as (
    select
        source,
        count(*) as rows,
        count(order_id) as order_id,
        count(account_id) as account_id,
        count(record_id) as record_id,
        count(amount) as amount,
        count(invoiced_at) as invoiced_at
    from entities.invoices
    group by source
),

fields as (
    select
        source,
        unnest([
            'order_id',
            'account_id',
            'record_id',
            'amount',
            'invoiced_at'
        ]) as field,
        rows,
        unnest([
            order_id,
            account_id,
            record_id,
            amount,
            invoiced_at
        ]) as filled
    from counted
)

select * from fields
