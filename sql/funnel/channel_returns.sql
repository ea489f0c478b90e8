with

credits as (
    select
        model,
        anchor,
        channel,
        -- What a touch brings stands beside what was spent when it was made.
        to_char(cast(coalesce(touched_at, converted_at) at time zone $time_zone as date), '%Y-%m')
            as month,
        credit,
        value,
        cast(converted_at at time zone $time_zone as date) as converted_date
    from attribution.credits
    where cast(converted_at at time zone $time_zone as date) <= $as_of
),

summed as (
    select
        model,
        channel,
        month,
        exact_sum(case when anchor = 'lead' then credit else 0.0 end) as leads,
        exact_sum(case when anchor = 'opportunity' then credit else 0.0 end) as opportunities,
        exact_sum(case when anchor not in ('lead', 'opportunity') then credit else 0.0 end)
            as conversions,
        cast(sum(
            case when anchor not in ('lead', 'opportunity') then value
                else cast(0 as decimal(28,10)) end
        ) as decimal(28,10)) as value
    from credits
    group by model, channel, month
),

daily as (
    select
        model,
        channel,
        month,
        converted_date,
        sum(value) as value
    from credits
    where anchor not in ('lead', 'opportunity')
    group by model, channel, month, converted_date
),

running as (
    select
        model,
        channel,
        month,
        converted_date,
        sum(value) over (
            partition by model, channel, month
            order by converted_date
        ) as value
    from daily
),

paid_back as (
    select
        running.model,
        running.channel,
        running.month,
        min(running.converted_date) as paid_back_date
    from running
    inner join funnel.channel_spend as spend
        on running.channel = spend.channel and running.month = spend.month
    where spend.spend > 0 and running.value >= spend.spend
    group by running.model, running.channel, running.month
),

returns as (
    select
        summed.model,
        summed.channel,
        summed.month,
        summed.leads,
        summed.opportunities,
        summed.conversions,
        summed.value,
        paid_back.paid_back_date
    from summed
    left join paid_back
        on summed.model = paid_back.model
            and summed.channel = paid_back.channel
            and summed.month = paid_back.month
)

select * from returns
