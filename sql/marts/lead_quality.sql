with

rates as (
    select
        *,
        part as channel
    from marts.rates
    where population in ('record', 'lead') and dimension in ('(all)', 'channel')
),

leads as (
    select
        channel,
        to_char(captured_date, '%Y-%m') as month,
        booked_value
    from funnel.leads
    where captured_date <= $as_of
),

booked as (
    select
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(month) = 1 then '(all)' else month end as month,
        cast(sum(booked_value) as decimal(28,4)) as booked_value
    from leads
    group by grouping sets ((channel, month), (channel), (month), ())
),

places as (
    select channel, month from rates where channel <> '(all)' and month <> '(all)'
    union
    select channel, month from funnel.channel_spend
),

-- A total costs what is not known wherever one of its parts does.
spent as (
    select
        case when grouping(places.channel) = 1 then '(all)' else places.channel end as channel,
        case when grouping(places.month) = 1 then '(all)' else places.month end as month,
        cast(sum(spend.spend) as decimal(28,4)) as spend,
        count(*) = count(spend.spend) as is_spend_complete
    from places
    left join funnel.channel_spend as spend
        on places.channel = spend.channel and places.month = spend.month
    group by grouping sets (
        (places.channel, places.month), (places.channel), (places.month), ()
    )
),

-- Counts are of everything until $as_of; rates of those judged: young leads do not drag them down.
wide as (
    select
        channel,
        month,
        coalesce(max(case when rate = 'duplicate' then members end), 0) as records,
        coalesce(max(case when rate = 'duplicate' then ever_reached end), 0) as duplicates,
        coalesce(max(case when rate = 'duplicate' then members - denominator end), 0)
            as continuations,
        coalesce(max(case when rate = 'invalid' then ever_reached end), 0) as invalid,
        coalesce(max(case when rate = 'won' then members end), 0) as leads,
        coalesce(max(case when rate = 'attempted' then ever_reached end), 0) as attempted,
        coalesce(max(case when rate = 'contacted' then ever_reached end), 0) as contacted,
        coalesce(max(case when rate = 'mql' then ever_reached end), 0) as mql,
        coalesce(max(case when rate = 'qualified' then ever_reached end), 0) as qualified,
        coalesce(max(case when rate = 'opportunity' then ever_reached end), 0) as opportunities,
        coalesce(max(case when rate = 'won' then ever_reached end), 0) as won,
        max(case when rate = 'duplicate' then value end) as duplicate_rate,
        max(case when rate = 'invalid' then value end) as invalid_rate,
        max(case when rate = 'valid' then value end) as valid_rate,
        max(case when rate = 'invalid' then unjudged_share end) as unjudged_share,
        max(case when rate = 'contacted' then value end) as contacted_rate,
        max(case when rate = 'qualified' then value end) as qualified_rate,
        max(case when rate = 'in_icp' then value end) as icp_share,
        max(case when rate = 'won' then value end) as won_rate,
        max(case when rate = 'won' then lower end) as won_rate_lower,
        max(case when rate = 'won' then upper end) as won_rate_upper
    from rates
    group by channel, month
),

quality as (
    select
        wide.*,
        cast($reporting_currency as text) as currency,
        coalesce(booked.booked_value, cast(0 as decimal(28,4))) as booked_value,
        cast(booked.booked_value as double) / nullif(cast(wide.leads as double), 0.0)
            as value_per_lead,
        spent.spend,
        case when spent.is_spend_complete
            then cast(spent.spend as double) / nullif(cast(wide.leads as double), 0.0) end
            as cost_per_lead,
        case when spent.is_spend_complete
            then cast(spent.spend as double) / nullif(cast(wide.contacted as double), 0.0) end
            as cost_per_valid_lead
    from wide
    left join booked on wide.channel = booked.channel and wide.month = booked.month
    left join spent on wide.channel = spent.channel and wide.month = spent.month
)

select * from quality
