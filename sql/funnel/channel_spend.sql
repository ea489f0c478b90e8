with

rates as (
    select * from entities.fx_rates where to_currency = $reporting_currency
),

touch_days as (
    select distinct
        channel,
        cast(touched_at at time zone $time_zone as date) as day
    from entities.touchpoints
),

days as (
    select
        days.channel,
        to_char(days.spend_date, '%Y-%m') as month,
        case
            when days.currency = $reporting_currency then days.spend
            else cast(days.spend * rates.rate as decimal(18,4))
        end as spend,
        touch_days.day is null as is_unmatched
    from entities.spend_days as days
    left join rates on days.currency = rates.currency and days.spend_date = rates.rate_date
    left join touch_days
        on days.channel = touch_days.channel and days.spend_date = touch_days.day
    where days.spend_date <= $as_of
),

spend as (
    select
        channel,
        month,
        case when count(*) = count(spend) then cast(sum(spend) as decimal(28,4)) end as spend,
        case when count(*) = count(spend)
            then cast(coalesce(sum(case when is_unmatched then spend end), 0) as decimal(28,4)) end
            as unmatched_spend
    from days
    group by channel, month
)

select * from spend
