with

members as (
    select * from identity.members where lead_id is not null
),

-- Parts of one deal are one purchase.
purchases as (
    select
        members.lead_id,
        coalesce(orders.opportunity_id, orders.order_id) as purchase_id,
        min(orders.ordered_at) as ordered_at
    from entities.orders as orders
    inner join members on concat('lead:', orders.record_id) = members.contact_id
    where coalesce(orders.kind, 'new') <> 'instalment'
    group by members.lead_id, coalesce(orders.opportunity_id, orders.order_id)
),

ordered as (
    select
        lead_id,
        ordered_at,
        cast(ordered_at at time zone $time_zone as date) as ordered_date,
        lag(cast(ordered_at at time zone $time_zone as date))
            over (partition by lead_id order by ordered_at, purchase_id) as previous_date
    from purchases
),

entries as (
    select
        lead_id,
        'retained' as stage,
        'derived' as evidence,
        'second' as time_precision,
        min(ordered_at) as entered_at
    from ordered
    where ordered_date - previous_date <= $retained_days
    group by lead_id
)

select * from entries
