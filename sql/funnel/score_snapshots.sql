with

snapshots as (
    select
        day as snapshot_date,
        moment
    from scoring.score_moments
    where kind = 'month_end'
        and (extract(year from $as_of) - extract(year from day)) * 12
            + extract(month from $as_of) - extract(month from day) < $backtest_months
),

reached as (
    select
        lead_id,
        min(reached_at) filter (where stage = 'sql') as sql_at,
        min(reached_at) filter (where stage = 'won') as won_at
    from funnel.lead_stages
    where path = $stage_path and stage in ('sql', 'won')
    group by lead_id
),

leads as (
    select
        leads.lead_id,
        leads.owner_id,
        leads.channel,
        coalesce(windows.window_days, $window_days) as window_days,
        reached.sql_at,
        reached.won_at,
        leads.captured_at
    from funnel.lead_windows as windows
    right join identity.leads as leads on windows.lead_id = leads.lead_id
    left join reached on leads.lead_id = reached.lead_id
),

open as (
    select
        snapshots.snapshot_date,
        snapshots.moment,
        leads.*
    from snapshots
    cross join leads
    where leads.captured_at <= snapshots.moment
        and (leads.sql_at is null or leads.sql_at > snapshots.moment)
        and (leads.won_at is null or leads.won_at > snapshots.moment)
),

-- Whoever is sorted out, put aside or closed is nobody a score sends to sales.
aside as (
    select distinct
        open.lead_id,
        open.snapshot_date
    from funnel.side_visits as visits
    inner join open on visits.lead_id = open.lead_id
    where visits.entered_at <= open.moment
        and (visits.exited_at is null or visits.exited_at > open.moment)
),

due as (
    select
        open.*,
        $as_of - open.snapshot_date >= open.window_days as is_judged
    from open
    left join aside on open.lead_id = aside.lead_id and open.snapshot_date = aside.snapshot_date
    where aside.lead_id is null
),

-- A lead without a point has no level: its score is 0.
scored as (
    select
        versions.rules_version,
        due.*
    from scoring.rule_versions as versions
    cross join due
),

valued as (
    select
        scored.*,
        coalesce(levels.fit, cast(0 as decimal(18,4))) as fit,
        coalesce(levels.behaviour, cast(0 as decimal(18,4))) as behaviour,
        coalesce(levels.total, cast(0 as decimal(18,4))) as total
    from scored
    left join scoring.score_levels as levels
        on scored.rules_version = levels.rules_version
            and scored.lead_id = levels.lead_id
            and scored.moment = levels.told_at
)

select
    rules_version,
    lead_id,
    owner_id,
    channel,
    fit,
    behaviour,
    total,
    is_judged,
    is_judged and coalesce(
        cast(sql_at at time zone $time_zone as date) - snapshot_date <= window_days, false
    ) as is_sql,
    is_judged and coalesce(
        cast(won_at at time zone $time_zone as date) - snapshot_date <= window_days, false
    ) as is_won,
    snapshot_date
from valued
