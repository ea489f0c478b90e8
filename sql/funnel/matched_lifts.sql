with

strata as (
    select
        comparison,
        trial,
        goal,
        channel,
        band,
        count(*) filter (where arm = 'treated') as treated,
        count(*) filter (where arm = 'held_out') as held_out,
        count(*) filter (where arm = 'treated' and is_reached) as treated_reached,
        count(*) filter (where arm = 'held_out' and is_reached) as held_out_reached
    from funnel.compared_leads
    group by comparison, trial, goal, channel, band
),

-- As in Greenland and Robins, Biometrics 41, 1985: a stratum with one arm alone tells nothing.
shares as (
    select
        *,
        cast(treated_reached as double) as a,
        cast(held_out_reached as double) as b,
        cast(treated as double) as n,
        cast(held_out as double) as m,
        cast(treated + held_out as double) as t
    from strata
),

terms as (
    select
        *,
        a * m / t as r,
        b * n / t as s,
        n * m / t as w,
        (a * (n - a) * m * m * m + b * (m - b) * n * n * n) / nullif(n * m * t * t, 0.0) as v,
        ((a + b) * n * m - a * b * t) / (t * t) as p
    from shares
),

summed as (
    select
        comparison,
        trial,
        goal,
        case when grouping(channel) = 1 then '(all)' else channel end as channel,
        case when grouping(band) = 1 then '(all)' else band end as band,
        sum(treated) as treated,
        sum(held_out) as held_out,
        sum(treated_reached) as treated_reached,
        sum(held_out_reached) as held_out_reached,
        sum(case when treated = 0 or held_out = 0 then treated + held_out else 0 end) as unmatched,
        exact_sum(r) as r,
        exact_sum(s) as s,
        exact_sum(w) as w,
        exact_sum(v) as v,
        exact_sum(p) as p
    from terms
    group by grouping sets (
        (comparison, trial, goal, channel, band), (comparison, trial, goal)
    )
),

lifts as (
    select
        *,
        (r - s) / nullif(w, 0.0) as pp_lift,
        sqrt(nullif(v, 0.0)) / nullif(w, 0.0) as pp_error,
        r / nullif(s, 0.0) as ratio,
        sqrt(nullif(p, 0.0) / nullif(r * s, 0.0)) as log_error
    from summed
),

intervals as (
    select
        *,
        pp_lift - 1.959963984540054 * pp_error as pp_lower,
        pp_lift + 1.959963984540054 * pp_error as pp_upper,
        ratio - 1.0 as rel_lift,
        ratio * exp(-1.959963984540054 * log_error) - 1.0 as rel_lower,
        ratio * exp(1.959963984540054 * log_error) - 1.0 as rel_upper
    from lifts
)

select
    comparison,
    trial,
    goal,
    channel,
    band,
    treated,
    held_out,
    treated_reached,
    held_out_reached,
    unmatched,
    cast(treated_reached as double) / nullif(cast(treated as double), 0.0) as treated_rate,
    cast(held_out_reached as double) / nullif(cast(held_out as double), 0.0) as held_out_rate,
    pp_lift,
    pp_lower,
    pp_upper,
    rel_lift,
    rel_lower,
    rel_upper,
    least(treated, held_out) < $low_count as is_low_count
from intervals
