with

-- The rates of mqls are by the month in which they became so.
rates as (
    select
        month,
        rate,
        members,
        denominator,
        numerator,
        value,
        lower,
        upper
    from marts.rates
    where rate in ('accepted', 'verified') and dimension = '(all)' and month <> '(all)'
),

delivered as (
    select
        month,
        max(members) as delivered,
        max(denominator) as judged,
        max(case when rate = 'accepted' then numerator end) as accepted,
        max(case when rate = 'verified' then numerator end) as verified,
        max(case when rate = 'accepted' then value end) as accepted_rate,
        max(case when rate = 'accepted' then lower end) as accepted_lower,
        max(case when rate = 'accepted' then upper end) as accepted_upper,
        max(case when rate = 'verified' then value end) as verified_rate,
        max(case when rate = 'verified' then lower end) as verified_lower,
        max(case when rate = 'verified' then upper end) as verified_upper
    from rates
    group by month
),

-- A month in which nothing was delivered has a target all the same.
targets as (
    select
        month,
        cast(sum(value) as decimal(18,4)) as target
    from reference.targets
    where metric = 'mql' and month <= to_char($as_of, '%Y-%m')
    group by month
),

months as (
    select
        coalesce(targets.month, delivered.month) as month,
        targets.target,
        coalesce(delivered.delivered, 0) as delivered,
        coalesce(delivered.judged, 0) as judged,
        coalesce(delivered.accepted, 0) as accepted,
        coalesce(delivered.verified, 0) as verified,
        delivered.accepted_rate,
        delivered.accepted_lower,
        delivered.accepted_upper,
        delivered.verified_rate,
        delivered.verified_lower,
        delivered.verified_upper,
        cast(date_trunc(
            'month', cast(concat(coalesce(targets.month, delivered.month), '-01') as date)
        ) + interval '1 month' as date) as next_date
    from targets
    full join delivered on targets.month = delivered.month
)

select
    month,
    target,
    delivered,
    judged,
    accepted,
    verified,
    cast(delivered as double) / nullif(cast(target as double), 0.0) as attainment,
    accepted_rate,
    accepted_lower,
    accepted_upper,
    verified_rate,
    verified_lower,
    verified_upper,
    $as_of - next_date + 1 >= $window_days and judged = delivered as is_closed
from months
