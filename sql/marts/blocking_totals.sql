with

-- Two nets: what somebody is reached or registered by, and what somebody is called.
nets as (
    select
        bit_or(case when capture = 'address' then 1 << place else 0 end) as addresses,
        bit_or(case when capture = 'name' then 1 << place else 0 end) as names
    from reference.blocking_rules
),

found as (
    select
        found.kind,
        sum(found.pairs) as compared,
        sum(case when found.rules <> 0 then found.linked else 0 end) as linked,
        sum(case when found.rules & nets.addresses <> 0 then found.linked else 0 end)
            as by_addresses,
        sum(case when found.rules & nets.names <> 0 then found.linked else 0 end) as by_names,
        sum(
            case when found.rules & nets.addresses <> 0 and found.rules & nets.names <> 0
                then found.linked else 0 end
        ) as by_both
    from identity.found_pairs as found
    cross join nets
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
        coalesce(found.by_addresses, 0) as by_addresses,
        coalesce(found.by_names, 0) as by_names,
        coalesce(found.by_both, 0) as by_both,
        cast(coalesce(found.by_addresses, 0) as double) as n1,
        cast(coalesce(found.by_names, 0) as double) as n2,
        cast(coalesce(found.by_both, 0) as double) as m
    from clusters
    left join found on clusters.kind = found.kind
),

-- Chapman (1951) of how many there are, Seber (1970) of its variance.
estimated as (
    select
        *,
        n1 + n2 - m as caught,
        case when by_both > 0 then (n1 + 1.0) * (n2 + 1.0) / (m + 1.0) - 1.0 end as estimate,
        (n1 + 1.0) * (n2 + 1.0) * (n1 - m) * (n2 - m) / ((m + 1.0) * (m + 1.0) * (m + 2.0))
            as variance
    from counted
),

-- Chao (1987): what is in neither net has an interval by its logarithm, so that there are never
-- fewer pairs than were caught.
missing as (
    select
        *,
        estimate - caught as missed,
        exp(1.959963984540054 * sqrt(
            ln(1.0 + variance / nullif((estimate - caught) * (estimate - caught), 0.0))
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
        by_addresses,
        by_names,
        by_both,
        1.0 - cast(compared as double) / nullif(cast(possible_pairs as double), 0.0)
            as reduction_ratio,
        cast(linked as double) / nullif(cast(one_pairs as double), 0.0) as closure_completeness,
        estimate,
        caught + missed / coalesce(factor, 1.0) as estimate_lower,
        caught + missed * coalesce(factor, 1.0) as estimate_upper,
        case when estimate > 0.0 then least(cast(linked as double) / estimate, 1.0) end
            as estimated_completeness
    from missing
)

select * from totals
