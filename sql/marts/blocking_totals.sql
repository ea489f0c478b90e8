with

-- Rules of two kinds: what somebody is reached or registered by, and what somebody is or where.
sides as (
    select
        bit_or(case when is_number then 1 << place else 0 end) as numbers,
        bit_or(case when is_number then 0 else 1 << place end) as names
    from (
        select
            place,
            regexp_like(fields, '(email|phone|registered_id|visitor|domain)') as is_number
        from reference.blocking_rules
    ) as rules
),

found as (
    select
        found.kind,
        sum(found.pairs) as compared,
        sum(found.linked) as linked,
        sum(case when found.rules & sides.numbers <> 0 then found.linked else 0 end) as by_numbers,
        sum(case when found.rules & sides.names <> 0 then found.linked else 0 end) as by_names,
        sum(
            case when found.rules & sides.numbers <> 0 and found.rules & sides.names <> 0
                then found.linked else 0 end
        ) as by_both
    from identity.found_pairs as found
    cross join sides
    group by found.kind
),

clusters as (
    select
        kind,
        sum(records) as records,
        sum(pairs) as one_pairs
    from identity.cluster_ties
    group by kind
),

counted as (
    select
        clusters.kind,
        clusters.records,
        clusters.records * (clusters.records - 1) / 2 as possible_pairs,
        coalesce(found.compared, 0) as compared,
        clusters.one_pairs,
        coalesce(found.linked, 0) as linked,
        coalesce(found.by_numbers, 0) as by_numbers,
        coalesce(found.by_names, 0) as by_names,
        coalesce(found.by_both, 0) as by_both,
        cast(coalesce(found.linked, 0) as double) as found,
        cast(coalesce(found.by_numbers, 0) as double) as n1,
        cast(coalesce(found.by_names, 0) as double) as n2,
        cast(coalesce(found.by_both, 0) as double) as m
    from clusters
    left join found on clusters.kind = found.kind
),

-- Chapman (1951) of how many there are, Seber (1970) of its variance.
estimated as (
    select
        *,
        case when by_both > 0 then (n1 + 1.0) * (n2 + 1.0) / (m + 1.0) - 1.0 end as estimate,
        (n1 + 1.0) * (n2 + 1.0) * (n1 - m) * (n2 - m) / ((m + 1.0) * (m + 1.0) * (m + 2.0))
            as variance
    from counted
),

-- Chao (1987): the interval of what is missing is that of its logarithm, so that it is never
-- below what was found.
missing as (
    select
        *,
        estimate - found as missed,
        exp(1.959963984540054 * sqrt(
            ln(1.0 + variance / nullif((estimate - found) * (estimate - found), 0.0))
        )) as factor
    from estimated
),

totals as (
    select
        kind,
        records,
        possible_pairs,
        compared,
        one_pairs,
        linked,
        one_pairs - linked as one_unfound,
        by_numbers,
        by_names,
        by_both,
        1.0 - cast(compared as double) / nullif(cast(possible_pairs as double), 0.0)
            as reduction_ratio,
        cast(linked as double) / nullif(cast(one_pairs as double), 0.0) as closure_completeness,
        estimate,
        found + missed / coalesce(factor, 1.0) as estimate_lower,
        found + missed * coalesce(factor, 1.0) as estimate_upper,
        found / nullif(estimate, 0.0) as estimated_completeness
    from missing
)

select * from totals
