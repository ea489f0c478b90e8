with

-- Parts of one deal are one purchase, and what is bought on one day is bought at once.
deals as (
    select
        customer_id,
        coalesce(opportunity_id, order_id) as deal_id,
        min(ordered_date) as purchased_date
    from funnel.orders
    where customer_id is not null
        and (opportunity_id is not null or kind is distinct from 'instalment')
    group by customer_id, coalesce(opportunity_id, order_id)
),

days as (
    select
        customer_id,
        count(*) as deals,
        purchased_date
    from deals
    group by customer_id, purchased_date
),

purchases as (
    select
        customer_id,
        deals,
        purchased_date - lag(purchased_date) over (
            partition by customer_id order by purchased_date
        ) as gap_days,
        purchased_date
    from days
)

select * from purchases
