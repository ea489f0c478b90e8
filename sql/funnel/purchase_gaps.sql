with

purchases as (
    select
        purchases.customer_id,
        customers.segment,
        cast(purchases.gap_days as double) as gap_days
    from funnel.customers as customers
    inner join funnel.purchases as purchases on customers.customer_id = purchases.customer_id
),

medians as (
    select
        case grouping(customer_id, segment)
            when 1 then 'own'
            when 2 then 'segment'
            else 'everybody'
        end as basis,
        coalesce(customer_id, segment, '(all)') as whose,
        count(*) as purchases,
        count(gap_days) as gaps,
        median(gap_days) as gap_days,
        min(gap_days) as least_gap_days
    from purchases
    group by grouping sets ((customer_id), (segment), ())
    having count(*) > 0
),

-- How far half of the gaps are from the median.
spreads as (
    select
        medians.basis,
        medians.whose,
        median(abs(purchases.gap_days - medians.gap_days)) as gap_mad_days
    from medians
    inner join purchases
        on medians.whose = case medians.basis
            when 'own' then purchases.customer_id
            when 'segment' then purchases.segment
            else '(all)'
        end
    group by medians.basis, medians.whose
),

gaps as (
    select
        medians.basis,
        medians.whose,
        medians.purchases,
        medians.gaps,
        medians.gap_days,
        medians.least_gap_days,
        spreads.gap_mad_days
    from medians
    left join spreads on medians.basis = spreads.basis and medians.whose = spreads.whose
)

select * from gaps
