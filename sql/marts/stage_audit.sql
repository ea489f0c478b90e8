with

counted as (
    select
        path,
        stage,
        kind,
        requirement,
        case when grouping(owner_id) = 1 then '(all)' else owner_id end as owner_id,
        case when grouping(month) = 1 then '(all)' else month end as month,
        min(ordinal) as ordinal,
        count(*) as visits,
        count(*) filter (where is_judged) as judged,
        count(*) filter (where is_met) as met,
        count(*) filter (where is_violation) as violations
    from marts.stage_audit_members
    group by grouping sets (
        (path, stage, kind, requirement),
        (path, stage, kind, requirement, owner_id),
        (path, stage, kind, requirement, month),
        (path, stage, kind, requirement, owner_id, month)
    )
),

audit as (
    select
        *,
        cast(met as double) / nullif(cast(judged as double), 0.0) as met_rate,
        wilson_interval(met, judged)['lower'] as lower,
        wilson_interval(met, judged)['upper'] as upper,
        judged < $low_count as is_low_count
    from counted
)

select * from audit
