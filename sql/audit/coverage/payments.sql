with

counted as (
    select
        source,
        count(*) as rows,
        count(order_id) as order_id,
        count(paid_at) as paid_at
    from entities.payments
    group by source
),

fields as (
    select
        source,
        unnest([
            'order_id',
            'paid_at'
        ]) as field,
        rows,
        unnest([
            order_id,
            paid_at
        ]) as filled
    from counted
)

select * from fields
