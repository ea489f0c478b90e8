with

visits as (
    select * from staging.google_merch__visits where revenue_micros is not null
),

repeats as (
    select * from staging.google_merch__repeated_lines
),

-- A line repeated word for word is one purchase, as it is one touch.
bought as (
    select
        visits.visit_id,
        sum(visits.revenue_micros) as value_micros,
        min(visits.visit_started_at) as converted_at
    from visits
    left join repeats on visits.row_key = repeats.row_key
    where repeats.first_line is null or visits._line = repeats.first_line
    group by visits.visit_id
),

-- Each product view of a visit repeats the visit's total.
viewed as (
    select
        visit_id,
        max(transaction_total_micros) as value_micros,
        min(visit_started_at) as converted_at
    from staging.google_merch__product_views
    where transaction_total_micros is not null
    group by visit_id
),

joined as (
    select
        coalesce(bought.visit_id, viewed.visit_id) as visit_id,
        coalesce(bought.value_micros, viewed.value_micros) as value_micros,
        coalesce(bought.converted_at, viewed.converted_at) as converted_at
    from bought
    full join viewed on bought.visit_id = viewed.visit_id
),

-- The product views name the property's currency.
conversions as (
    select
        concat('google_merch:', visit_id) as conversion_id,
        concat('google_merch:', visit_id) as visitor_id,
        'USD' as currency,
        cast(
            cast(value_micros as decimal(19,0)) * cast('0.000001' as decimal(7,6)) as decimal(18,4)
        ) as value,
        converted_at
    from joined
)

select * from conversions
