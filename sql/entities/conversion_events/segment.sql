with

calls as (
    select
        *,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.segment__orders
),

first_rows as (
    select
        message_id,
        min(place) as place
    from calls
    group by message_id
),

conversions as (
    select
        concat('segment:', calls.message_id) as conversion_id,
        concat('segment:', calls.anonymous_id) as visitor_id,
        coalesce(calls.currency, 'XXX') as currency,
        calls.revenue as value,
        calls.ordered_at as converted_at,
        case when calls.place <> first_rows.place then 'duplicate' end as drop_reason
    from calls
    left join first_rows on calls.message_id = first_rows.message_id
)

select * from conversions
