with

rates as (
    select
        rate,
        dimension,
        part,
        month,
        cast(denominator as double) as members,
        value
    from marts.rates
    where dimension <> '(all)' and month <> '(all)' and denominator > 0
),

totals as (
    select
        rate,
        month,
        cast(denominator as double) as members,
        value,
        lag(month) over (partition by rate order by month) as previous_month
    from marts.rates
    where dimension = '(all)' and month <> '(all)' and denominator > 0
),

changes as (
    select
        totals.rate,
        totals.month,
        totals.previous_month,
        totals.members,
        previous.members as previous_members,
        totals.value - previous.value as change
    from totals
    inner join totals as previous
        on totals.rate = previous.rate and totals.previous_month = previous.month
),

parts as (
    select distinct
        changes.rate,
        rates.dimension,
        rates.part,
        changes.month
    from changes
    inner join rates
        on changes.rate = rates.rate
            and (changes.month = rates.month or changes.previous_month = rates.month)
),

-- Who was not there in one month had the rate of the other: all it changes is the mix.
compared as (
    select
        parts.rate,
        parts.dimension,
        parts.part,
        changes.month,
        changes.previous_month,
        coalesce(previous.members, 0.0) / changes.previous_members as previous_share,
        coalesce(rates.members, 0.0) / changes.members as share,
        previous.value as previous_value,
        rates.value,
        coalesce(previous.value, rates.value) as value_from,
        coalesce(rates.value, previous.value) as value_to,
        changes.change
    from parts
    inner join changes on parts.rate = changes.rate and parts.month = changes.month
    left join rates as previous
        on parts.rate = previous.rate
            and parts.dimension = previous.dimension
            and parts.part = previous.part
            and changes.previous_month = previous.month
    left join rates
        on parts.rate = rates.rate
            and parts.dimension = rates.dimension
            and parts.part = rates.part
            and parts.month = rates.month
),

-- Each effect is weighed with the middle of the other, so that the two are all there is.
shifts as (
    select
        rate,
        dimension,
        part,
        month,
        previous_month,
        previous_share,
        share,
        previous_value,
        value,
        (share - previous_share) * (value_from + value_to) / 2.0 as mix_shift,
        (value_to - value_from) * (share + previous_share) / 2.0 as rate_shift,
        change
    from compared
)

select * from shifts
