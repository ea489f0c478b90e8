with

-- What lies beside a path or ends it has place 0 on every path.
places as (
    select path, stage, ordinal from reference.stage_paths
    union all
    select
        paths.path,
        stages.stage,
        0 as ordinal
    from (select distinct path from reference.stage_paths) as paths
    cross join reference.stages as stages
    where stages.kind in ('side', 'end')
),

entries as (
    select
        places.path,
        entries.lead_id,
        entries.stage,
        places.ordinal,
        entries.opportunity_id,
        entries.rule,
        entries.evidence,
        entries.time_precision,
        entries.changed_by,
        entries.rules_version,
        entries.score,
        entries.entered_at
    from places
    inner join funnel.stage_entries as entries on places.stage = entries.stage
    where cast(entries.entered_at at time zone $time_zone as date) <= $as_of
),

-- What is entered at one moment is entered in the order of the path, and what lies beside it last:
-- who is captured and closed in the same minute is closed.
compared as (
    select
        *,
        lag(stage) over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage, rule
        ) as previous_stage
    from entries
),

-- Told again while it lasts, a stage is not entered again.
visits as (
    select * from compared where previous_stage is distinct from stage
),

placed as (
    select
        *,
        lead(entered_at) over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage
        ) as exited_at,
        lead(stage) over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage
        ) as next_stage,
        lead(time_precision) over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage
        ) as exit_precision,
        row_number() over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage
        ) as position,
        coalesce(max(ordinal) over (
            partition by path, lead_id order by entered_at, nullif(ordinal, 0), stage
            rows between unbounded preceding and 1 preceding
        ), 0) as highest_before
    from visits
),

numbered as (
    select
        path,
        lead_id,
        stage,
        previous_stage,
        next_stage,
        opportunity_id,
        rule,
        evidence,
        time_precision,
        exit_precision,
        changed_by,
        rules_version,
        ordinal,
        cast(row_number() over (
            partition by path, lead_id, stage order by position
        ) as bigint) as visit,
        score,
        greatest(ordinal - highest_before - 1, 0) as skipped,
        ordinal > 0 and ordinal < highest_before as is_return,
        entered_at,
        exited_at
    from placed
)

select * from numbered
