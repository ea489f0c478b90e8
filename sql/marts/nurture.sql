with

judged as (
    select * from funnel.enrolled_leads where is_judged
),

strata as (
    select
        program,
        goal,
        channel,
        band,
        count(*) filter (where arm = 'treated') as treated,
        count(*) filter (where arm = 'held_out') as held_out,
        count(*) filter (where arm = 'treated' and is_reached) as treated_reached,
        count(*) filter (where arm = 'held_out' and is_reached) as held_out_reached
    from judged
    group by program, goal, channel, band
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
        program,
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
    group by grouping sets ((program, goal, channel, band), (program, goal))
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
    intervals.program,
    intervals.goal,
    intervals.channel,
    intervals.band,
    intervals.treated,
    intervals.held_out,
    intervals.treated_reached,
    intervals.held_out_reached,
    intervals.unmatched,
    cast(intervals.treated_reached as double) / nullif(cast(intervals.treated as double), 0.0)
        as treated_rate,
    cast(intervals.held_out_reached as double) / nullif(cast(intervals.held_out as double), 0.0)
        as held_out_rate,
    intervals.pp_lift,
    intervals.pp_lower,
    intervals.pp_upper,
    intervals.rel_lift,
    intervals.rel_lower,
    intervals.rel_upper,
    benchmarks.value as benchmark,
    case
        when intervals.rel_lower > benchmarks.value then 'above'
        when intervals.rel_upper < benchmarks.value then 'below'
        when intervals.rel_lower is not null and benchmarks.value is not null
            then 'not told apart'
    end as against_benchmark,
    least(intervals.treated, intervals.held_out) < $low_count as is_low_count
from intervals
left join reference.benchmarks as benchmarks
    on intervals.goal = 'won'
        and benchmarks.metric = 'nurture_lift'
        and benchmarks.segment = '(all)'
