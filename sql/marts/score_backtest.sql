with

goals as (
    select
        rules_version,
        snapshot_date,
        owner_id,
        cast(floor(cast(total as double) / cast($backtest_step as double)) as bigint)
            * $backtest_step as bucket,
        is_judged,
        unnest(['sql', 'won']) as goal,
        unnest([is_sql, is_won]) as is_reached
    from funnel.score_snapshots
),

buckets as (
    select
        rules_version,
        snapshot_date,
        goal,
        owner_id,
        bucket,
        count(*) as leads,
        count(*) filter (where is_judged) as judged,
        count(*) filter (where is_reached) as reached
    from goals
    group by rules_version, snapshot_date, goal, owner_id, bucket
),

thresholds as (
    select unnest(thresholds) as threshold
    from (
        select generate_series(0, greatest(max(bucket), 0), $backtest_step) as thresholds
        from buckets
    )
),

-- A lead with as many points as the threshold is passed on.
sorted as (
    select
        buckets.rules_version,
        buckets.snapshot_date,
        buckets.goal,
        thresholds.threshold,
        buckets.owner_id,
        sum(buckets.leads) as leads,
        sum(buckets.judged) as judged,
        sum(buckets.reached) as reached,
        sum(case when buckets.bucket >= thresholds.threshold then buckets.leads else 0 end)
            as flagged,
        sum(case when buckets.bucket >= thresholds.threshold then buckets.judged else 0 end)
            as flagged_judged,
        sum(case when buckets.bucket >= thresholds.threshold then buckets.reached else 0 end)
            as flagged_reached
    from thresholds
    cross join buckets
    group by
        buckets.rules_version,
        buckets.snapshot_date,
        buckets.goal,
        thresholds.threshold,
        buckets.owner_id
),

summed as (
    select
        rules_version,
        case when grouping(snapshot_date) = 1 then '(all)'
            else cast(snapshot_date as text) end as snapshot,
        goal,
        threshold,
        count(distinct snapshot_date) as snapshots,
        sum(leads) as leads,
        sum(judged) as judged,
        sum(reached) as reached,
        sum(flagged) as flagged,
        sum(flagged_judged) as flagged_judged,
        sum(flagged_reached) as flagged_reached,
        count(*) filter (where owner_id is not null and flagged > 0) as owner_loads,
        sum(case when owner_id is null then 0 else flagged end) as owned,
        max(case when owner_id is null then 0 else flagged end) as largest_load
    from sorted
    group by grouping sets (
        (rules_version, snapshot_date, goal, threshold), (rules_version, goal, threshold)
    )
)

select
    rules_version,
    snapshot,
    goal,
    threshold,
    snapshots,
    leads,
    judged,
    reached,
    flagged,
    flagged_judged,
    flagged_reached,
    cast(reached as double) / nullif(cast(judged as double), 0.0) as base_rate,
    cast(flagged_reached as double) / nullif(cast(flagged_judged as double), 0.0) as precision,
    wilson_interval(flagged_reached, flagged_judged)['lower'] as precision_lower,
    wilson_interval(flagged_reached, flagged_judged)['upper'] as precision_upper,
    cast(flagged_reached as double) / nullif(cast(reached as double), 0.0) as recall,
    cast(flagged_reached as double) * cast(judged as double)
        / nullif(cast(flagged_judged as double) * cast(reached as double), 0.0) as lift,
    cast(owned as double) / nullif(cast(owner_loads as double), 0.0) as leads_per_owner,
    largest_load,
    flagged_judged < $low_count as is_low_count
from summed
