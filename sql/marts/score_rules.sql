with

rules as (
    select * from scoring.score_rules
),

-- What each rule brought in, and what the bounds left of it.
brought as (
    select
        rules_version,
        signal,
        value,
        count(distinct lead_id) as leads,
        cast(sum(counted) as decimal(28,4)) as counted
    from scoring.score_points
    where is_latest
    group by rules_version, signal, value
)

select
    rules.rules_version,
    rules.signal,
    rules.value,
    rules.score_group,
    rules.decay,
    versions.approved_by_marketing,
    versions.approved_by_sales,
    versions.reason,
    own.rules_version is not null as is_changed,
    rules.points,
    rules.decay_days,
    rules.decay_steps,
    rules.max_times,
    rules.within_days,
    rules.max_points,
    coalesce(brought.leads, 0) as leads,
    coalesce(brought.counted, cast(0 as decimal(28,4))) as counted,
    versions.effective_date
from rules
inner join reference.score_versions as versions on rules.rules_version = versions.rules_version
left join reference.score_rules as own
    on rules.rules_version = own.rules_version
        and rules.signal = own.signal
        and rules.value = own.value
left join brought
    on rules.rules_version = brought.rules_version
        and rules.signal = brought.signal
        and rules.value = brought.value
