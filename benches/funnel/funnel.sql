-- The stages of leads and what follows from them, as marts.funnel and marts.durations have it on the path `crm`, from the same two files.
-- Reads the variables data, sql, as_of, window_days, silent_days and time_zone.

create or replace macro local_date(moment) as (moment at time zone getvariable('time_zone'))::date;

create temp table paths as
select stage, label, ordinal::bigint as ordinal
from read_csv(getvariable('sql') || '/reference/stage_paths.csv')
where path = 'crm';

create temp table leads as
select
    lead_id,
    coalesce(words.channel, 'unassigned') as channel,
    owner,
    country,
    employees,
    strptime(created_at, '%Y/%m/%d %H:%M')::timestamp at time zone getvariable('time_zone') as captured_at
from read_csv(getvariable('data') || '/crm/leads.csv', all_varchar = true) as leads
left join read_csv(getvariable('sql') || '/reference/lead_sources.csv') as words
    on lower(trim(leads.source)) = words.lead_source;

create temp table dimensions as
with

parts as (
    select lead_id, unnest([
        {'dimension': '(all)', 'part': '(all)'},
        {'dimension': 'channel', 'part': channel},
        {'dimension': 'campaign', 'part': null},
        {'dimension': 'owner', 'part': owner},
        {'dimension': 'product_line', 'part': null},
        {'dimension': 'region', 'part': country},
        {'dimension': 'segment', 'part': case
            when employees::bigint >= 1000 then 'enterprise'
            when employees::bigint >= 100 then 'mid-size'
            when employees::bigint >= 0 then 'small'
        end},
        {'dimension': 'source', 'part': 'demo'}
    ], recursive := true)
    from leads
)

select lead_id, dimension, coalesce(part, '(unknown)') as part from parts;

create temp table visits as
with

entries as (
    select distinct events.lead_id, paths.stage, coalesce(paths.ordinal, 0) as ordinal, events.entered_at
    from read_csv(
        getvariable('data') || '/crm/stage_history.csv',
        columns = {'lead_id': 'varchar', 'stage': 'varchar', 'entered_at': 'timestamptz', 'changed_by': 'varchar'}
    ) as events
    left join paths on lower(events.stage) = paths.stage
    union
    select lead_id, 'lead', 1, captured_at from leads
),

compared as (
    select lead_id, coalesce(stage, 'lost') as stage, ordinal, entered_at,
        lag(coalesce(stage, 'lost')) over (partition by lead_id order by entered_at, nullif(ordinal, 0), stage) as previous_stage
    from entries
    where local_date(entered_at) <= getvariable('as_of')
)

select
    lead_id, stage, ordinal, entered_at,
    lead(entered_at) over (partition by lead_id order by entered_at, nullif(ordinal, 0), stage) as exited_at
from compared
where previous_stage is distinct from stage;

create temp table lead_stages as
with recursive

in_order as (
    select lead_id, ordinal, min(entered_at) as in_order_at from visits where ordinal = 1 group by lead_id, ordinal
    union all
    select visits.lead_id, visits.ordinal, min(visits.entered_at)
    from in_order
    inner join visits on in_order.lead_id = visits.lead_id and in_order.ordinal + 1 = visits.ordinal
    where visits.entered_at >= in_order.in_order_at
    group by visits.lead_id, visits.ordinal
),

now as (
    select lead_id, ordinal from visits where exited_at is null
),

reached as (
    select visits.lead_id, paths.ordinal,
        count(*) filter (where visits.ordinal = paths.ordinal) = 0 as is_imputed,
        min(visits.entered_at) as reached_at
    from visits
    inner join paths on visits.ordinal >= paths.ordinal
    where visits.ordinal > 0
    group by visits.lead_id, paths.ordinal
)

select
    reached.lead_id,
    reached.ordinal,
    reached.is_imputed,
    coalesce(now.ordinal >= reached.ordinal, false) as is_current,
    local_date(reached.reached_at) as reached_date,
    local_date(in_order.in_order_at) as in_order_date
from reached
left join in_order on reached.lead_id = in_order.lead_id and reached.ordinal = in_order.ordinal
left join now on reached.lead_id = now.lead_id;

create temp table step_counts as
with

ends as (
    select lead_id from visits where exited_at is null and ordinal = 0
),

members as (
    select
        stages.*,
        case
            when next.lead_id is not null then 'reached'
            when ends.lead_id is not null then 'closed'
            when getvariable('as_of') - local_date(leads.captured_at) > getvariable('silent_days') then 'silent'
            else 'open'
        end as outcome,
        coalesce(next.is_imputed, false) as is_next_imputed,
        coalesce(next.is_current, false) as is_next_current,
        starts.reached_date as started_date,
        next.reached_date as next_date,
        next.in_order_date as next_in_order_date
    from lead_stages as stages
    inner join leads on stages.lead_id = leads.lead_id
    inner join lead_stages as starts on stages.lead_id = starts.lead_id and starts.ordinal = 1
    left join lead_stages as next on stages.lead_id = next.lead_id and stages.ordinal + 1 = next.ordinal
    left join ends on stages.lead_id = ends.lead_id
),

modes as (
    select 'hwm' as mode, lead_id, ordinal, outcome, is_imputed or is_next_imputed as is_imputed, started_date,
        reached_date as entered_date, next_date
    from members
    union all
    select 'strict', lead_id, ordinal, outcome, false, started_date, in_order_date, next_in_order_date
    from members where in_order_date is not null
    union all
    select 'current', lead_id, ordinal, outcome, is_imputed or is_next_imputed, started_date, reached_date,
        case when is_next_current then next_date end
    from members where is_current
),

measured as (
    select
        mode, lead_id, ordinal,
        case when next_date is not null then 'reached' when outcome = 'reached' then 'open' else outcome end as outcome,
        is_imputed,
        strftime(started_date, '%Y-%m') as month,
        getvariable('as_of') - entered_date >= getvariable('window_days') as is_matured,
        coalesce(next_date - entered_date <= getvariable('window_days'), false) as is_in_time,
        getvariable('as_of') - started_date >= getvariable('window_days') as is_start_matured,
        coalesce(next_date - started_date <= getvariable('window_days'), false) as is_in_time_of_start,
        coalesce(next_date, getvariable('as_of')) - entered_date as days
    from modes
)

select
    mode, ordinal, dimension, part,
    case when dimension in ('(all)', 'channel', 'segment') then month else '(all)' end as month,
    days,
    count(*) as entered,
    count(*) filter (where outcome = 'reached') as ever_reached,
    count(*) filter (where outcome = 'closed') as closed,
    count(*) filter (where outcome = 'silent') as silent,
    count(*) filter (where outcome = 'open') as open,
    count(*) filter (where is_imputed) as imputed,
    count(*) filter (where is_matured) as matured,
    count(*) filter (where is_matured and is_in_time) as reached,
    count(*) filter (where is_start_matured) as start_matured,
    count(*) filter (where is_start_matured and is_in_time_of_start) as reached_of_start
from measured
inner join dimensions using (lead_id)
group by all;

copy (
    with

    -- Months, and all of them together.
    placed as (
        select * from step_counts where month <> '(all)'
        union all
        select * replace ('(all)' as month) from step_counts
    ),

    at_risk as (
        select
            mode, ordinal, dimension, part, month, days,
            sum(ever_reached) as events,
            sum(sum(entered)) over (
                partition by mode, ordinal, dimension, part, month order by days desc
            ) as at_risk
        from placed
        group by mode, ordinal, dimension, part, month, days
    ),

    waiting as (
        select mode, ordinal, dimension, part, month,
            product((at_risk - events) / at_risk) filter (where days <= getvariable('window_days')) as survival
        from at_risk
        group by all
    ),

    counted as (
        select mode, ordinal, dimension, part, month,
            sum(entered)::bigint as entered, sum(matured)::bigint as matured, sum(reached)::bigint as reached,
            sum(ever_reached)::bigint as ever_reached, sum(closed)::bigint as closed, sum(silent)::bigint as silent,
            sum(open)::bigint as open, sum(imputed)::bigint as imputed,
            sum(reached_of_start) as reached_of_start
        from placed
        group by all
    ),

    started as (
        select mode, dimension, part, month, sum(start_matured) filter (where ordinal = 1) as start_matured
        from placed
        group by all
    ),

    rates as (
        select counted.*, next.stage as next_stage, paths.stage, paths.label, started.start_matured, waiting.survival,
            reached::double / nullif(matured, 0) as p, matured::double as n, 1.959963984540054::double as z
        from counted
        inner join paths using (ordinal)
        left join paths as next on next.ordinal = counted.ordinal + 1
        inner join started using (mode, dimension, part, month)
        inner join waiting on counted.mode = waiting.mode and counted.ordinal = waiting.ordinal
            and counted.dimension = waiting.dimension and counted.part = waiting.part and counted.month = waiting.month
    )

    select
        'crm' as path, mode, dimension, part, month, stage, label, next_stage, ordinal, entered, matured,
        if(next_stage is not null, reached, null) as reached,
        if(next_stage is not null, ever_reached, null) as ever_reached,
        closed, silent, open, imputed,
        if(next_stage is not null, p, null) as rate,
        if(next_stage is not null and matured > 0, greatest(0, (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)), null) as lower,
        if(next_stage is not null and matured > 0, least(1, (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)), null) as upper,
        if(next_stage is not null, 1 - survival, null) as km_rate,
        if(next_stage is not null, reached_of_start::double / nullif(start_matured, 0), null) as cumulative_rate,
        if(next_stage is not null, silent::double / entered, null) as silent_rate,
        imputed::double / entered as imputed_share
    from rates
    order by all
) to 'marts/funnel.parquet';

copy (
    with

    entries as (
        select lead_id, stage, min(entered_at) as entered_at from visits group by lead_id, stage
    ),

    spans as (
        select 'lead_to_' || stages.stage as span, leads.lead_id,
            local_date(leads.captured_at) as started_date, local_date(entries.entered_at) as ended_date
        from leads
        cross join (select unnest(['mql', 'opportunity', 'won', 'attempt']) as stage) as stages
        left join entries on leads.lead_id = entries.lead_id and stages.stage = entries.stage
        union all
        select 'lead_to_cash', lead_id, local_date(captured_at), null from leads
        union all
        select 'mql_to_sql', starts.lead_id, local_date(starts.entered_at), local_date(ends.entered_at)
        from entries as starts
        left join entries as ends on starts.lead_id = ends.lead_id and ends.stage = 'sql'
        where starts.stage = 'mql'
        union all
        -- Everybody has an owner from the start.
        select 'mql_to_visible', lead_id, local_date(entered_at), local_date(entered_at) from entries where stage = 'mql'
    ),

    stays as (
        select lead_id, stage, sum(coalesce(local_date(exited_at), getvariable('as_of')) - local_date(entered_at)) as days,
            bool_or(exited_at is null) as is_open
        from visits
        group by lead_id, stage
    ),

    measured as (
        select span, lead_id, coalesce(ended_date, getvariable('as_of')) - started_date as days, ended_date is not null as is_ended
        from spans
        where started_date <= getvariable('as_of') and (ended_date is null or ended_date >= started_date)
        union all
        select 'in_stage crm ' || stage, lead_id, days, not is_open from stays
    ),

    counts as (
        select span, dimension, part, days, count(*) filter (where is_ended) as ended, count(*) filter (where not is_ended) as open
        from measured
        inner join dimensions using (lead_id)
        group by all
    ),

    running as (
        select *,
            sum(ended) over (partition by span, dimension, part order by days) as ended_so_far,
            sum(ended) over (partition by span, dimension, part) as all_ended,
            sum(ended + open) over (partition by span, dimension, part order by days desc) as at_risk
        from counts
    ),

    curves as (
        select *, product((at_risk - ended) / at_risk) over (partition by span, dimension, part order by days) as survival
        from running
    )

    select
        span, dimension, part,
        sum(ended + open)::bigint as subjects, sum(ended)::bigint as ended, sum(open)::bigint as open,
        sum(ended * days)::double / nullif(sum(ended), 0) as mean_days,
        min(days) filter (where ended_so_far * 2 >= all_ended and all_ended > 0)::bigint as p50_days,
        min(days) filter (where ended_so_far * 10 >= all_ended * 9 and all_ended > 0)::bigint as p90_days,
        min(days) filter (where survival <= 0.5)::bigint as km_p50_days,
        min(days) filter (where survival <= 0.1)::bigint as km_p90_days
    from curves
    group by all
    order by all
) to 'marts/durations.parquet';
