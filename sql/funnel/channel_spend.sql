with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

days as (
    select
        days.channel,
        to_char(days.spend_date, '%Y-%m') as month,
        case
            when days.currency = $reporting_currency then days.spend
            else cast(days.spend * rates.rate as decimal(18,4))
        end as spend
    from entities.spend_days as days
    left join rates on days.currency = rates.currency and days.spend_date = rates.rate_date
    where days.spend_date <= $as_of
),

spend as (
    select
        channel,
        month,
        case when count(*) = count(spend) then cast(sum(spend) as decimal(28,4)) end as spend
    from days
    group by channel, month
)

select * from spend
