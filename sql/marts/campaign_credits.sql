with

credits as (
    select
        *,
        cast(converted_at at time zone $time_zone as date) as converted_date
    from attribution.credits
),

summed as (
    select
        model,
        anchor,
        channel,
        coalesce(campaign, '(none)') as campaign,
        to_char(converted_date, '%Y-%m') as month,
        currency,
        count(*) as credited_steps,
        exact_sum(credit) as conversions,
        cast(sum(value) as decimal(28,10)) as value
    from credits
    where converted_date <= $as_of
    group by
        model, anchor, channel, coalesce(campaign, '(none)'), to_char(converted_date, '%Y-%m'), currency
)

select * from summed
