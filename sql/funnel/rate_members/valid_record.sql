with

-- What a lead became is worked on as that lead.
valid as (
    select
        records.record_id,
        case when records.is_continuation then records.lead_id else records.record_id end
            as worked_id,
        records.channel,
        lead_records.source,
        records.is_continuation,
        cast(records.captured_at at time zone $time_zone as date) as captured_date
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.outcome <> 'invalid'
),

events as (
    select
        valid.worked_id,
        stages.ordinal,
        cast(events.entered_at at time zone $time_zone as date) as entered_date
    from entities.stage_events as events
    inner join valid on events.record_id = valid.record_id
    inner join reference.stage_paths as stages
        on events.stage = stages.stage and stages.path = $stage_path
    where cast(events.entered_at at time zone $time_zone as date) <= $as_of
),

bars as (
    select
        rates.rate,
        stages.ordinal
    from reference.rates as rates
    inner join reference.stage_paths as stages on rates.stage = stages.stage
    where stages.path = $stage_path and rates.population = 'valid_record'
),

-- Where one stands first is told once for each stage: few rows are left for what follows.
first_entries as (
    select
        worked_id,
        ordinal,
        min(entered_date) as entered_date
    from events
    group by worked_id, ordinal
),

-- A record that reached a stage has reached all before it.
reached as (
    select
        bars.rate,
        entries.worked_id,
        sum(case when entries.ordinal = bars.ordinal then 1 else 0 end) = 0 as is_imputed,
        min(entries.entered_date) as reached_date
    from bars
    inner join first_entries as entries on entries.ordinal >= bars.ordinal
    group by bars.rate, entries.worked_id
),

-- A record tells what its source does, or the source of what it became.
coverage as (
    select distinct
        valid.worked_id,
        told.rate
    from funnel.source_coverage as told
    inner join valid on told.source = valid.source
),

members as (
    select
        rates.rate,
        valid.record_id as member_id,
        valid.channel,
        $window_days as window_days,
        $as_of - valid.captured_date >= $window_days as is_judged,
        $as_of - valid.captured_date >= $window_days
            and coalesce(reached.reached_date - valid.captured_date <= $window_days, false)
            as is_reached,
        reached.worked_id is not null as is_ever_reached,
        coalesce(reached.is_imputed, false) as is_imputed,
        coverage.worked_id is not null as is_covered,
        valid.captured_date as entered_date,
        reached.reached_date
    from valid
    cross join reference.rates as rates
    left join reached on valid.record_id = reached.worked_id and rates.rate = reached.rate
    left join coverage on valid.record_id = coverage.worked_id and rates.rate = coverage.rate
    where rates.population = 'valid_record'
        and not valid.is_continuation
        and valid.captured_date <= $as_of
)

select * from members
