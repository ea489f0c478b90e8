with

claims as (
    select
        *,
        to_char(cast(converted_at at time zone $time_zone as date), '%Y-%m') as month
    from attribution.claims
    where cast(converted_at at time zone $time_zone as date) <= $as_of
),

summed as (
    select
        model,
        anchor,
        channel,
        month,
        currency,
        count(distinct conversion_id) as claimed_conversions,
        exact_sum(claim) as claims,
        cast(sum(value) as decimal(28,10)) as value
    from claims
    group by model, anchor, channel, month, currency
)

select * from summed
