with

members as (
    select * from funnel.step_members
),

-- The same step in three ways: as far as it ever came, in order only, and as it stands.
modes as (
    select
        path,
        'hwm' as mode,
        lead_id,
        ordinal,
        outcome,
        is_imputed or is_next_imputed as is_imputed,
        started_date,
        entered_date,
        next_date
    from members
    union all
    select
        path,
        'strict' as mode,
        lead_id,
        ordinal,
        outcome,
        false as is_imputed,
        started_date,
        entered_in_order_date as entered_date,
        next_in_order_date as next_date
    from members
    where entered_in_order_date is not null
    union all
    select
        path,
        'current' as mode,
        lead_id,
        ordinal,
        outcome,
        is_imputed or is_next_imputed as is_imputed,
        started_date,
        entered_date,
        case when is_next_current then next_date end as next_date
    from members
    where is_current
),

measured as (
    select
        modes.path,
        modes.mode,
        modes.lead_id,
        modes.ordinal,
        case when next_date is not null then 'reached' when outcome = 'reached' then 'open'
            else outcome end as outcome,
        is_imputed,
        to_char(started_date, '%Y-%m') as month,
        coalesce(windows.window_days, $window_days) as window_days,
        $as_of - entered_date >= coalesce(windows.window_days, $window_days) as is_matured,
        coalesce(
            next_date - entered_date <= coalesce(windows.window_days, $window_days), false
        ) as is_in_time,
        $as_of - started_date >= coalesce(windows.window_days, $window_days) as is_start_matured,
        coalesce(
            next_date - started_date <= coalesce(windows.window_days, $window_days), false
        ) as is_in_time_of_start,
        coalesce(next_date, $as_of) - entered_date as days
    from funnel.lead_windows as windows
    right join modes on windows.lead_id = modes.lead_id
),

-- Months of every campaign and owner would be mostly empty: only few dimensions have them. Whose
-- window is another has its days in proportion, rounded up: past its end stays past it.
placed as (
    select
        measured.path,
        measured.mode,
        measured.ordinal,
        dimensions.dimension,
        dimensions.part,
        case
            when dimensions.dimension in ('(all)', 'channel', 'segment') then measured.month
            else '(all)'
        end as month,
        (measured.days * $window_days + measured.window_days - 1) / measured.window_days as days,
        measured.outcome,
        measured.is_imputed,
        measured.is_matured,
        measured.is_in_time,
        measured.is_start_matured,
        measured.is_in_time_of_start
    from measured
    inner join funnel.lead_dimensions as dimensions on measured.lead_id = dimensions.lead_id
),

counts as (
    select
        path,
        mode,
        ordinal,
        dimension,
        part,
        month,
        days,
        count(*) as entered,
        count(*) filter (where outcome = 'reached') as ever_reached,
        count(*) filter (where outcome = 'closed') as closed,
        count(*) filter (where outcome = 'aside') as aside,
        count(*) filter (where outcome = 'silent') as silent,
        count(*) filter (where outcome = 'open') as open,
        count(*) filter (where is_imputed) as imputed,
        count(*) filter (where is_matured) as matured,
        count(*) filter (where is_matured and is_in_time) as reached,
        count(*) filter (where is_start_matured) as start_matured,
        count(*) filter (where is_start_matured and is_in_time_of_start)
            as reached_of_start
    from placed
    group by path, mode, ordinal, dimension, part, month, days
)

select * from counts
