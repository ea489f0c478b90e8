with

-- Rows before they were records: the ledger knows how many, not which.
gathered as (
    select
        source,
        sum(raw) as raw,
        sum(raw - rejects) as readable
    from marts.record_accounts
    where captured_date <= $as_of or captured_date is null
    group by source
),

passed as (
    select
        records.source,
        steps.ordinal,
        count(*) as rows_out,
        sum(
            case steps.ordinal
                when 9 then records.locked_date
                when 8 then records.incubated_date
                when 7 then records.tracked_date
                else records.captured_date
            end - records.captured_date
        ) as days,
        max(case steps.ordinal
            when 9 then records.locked_date
            when 8 then records.incubated_date
            when 7 then records.tracked_date
            else records.captured_date
        end) as last_date
    from reference.lead_steps as steps
    inner join funnel.record_steps as records on steps.ordinal <= records.steps
    where steps.ordinal >= 2
    group by records.source, steps.ordinal
),

counted as (
    select
        gathered.source,
        steps.step,
        steps.ordinal,
        case when steps.ordinal = 1 then gathered.readable
            else coalesce(passed.rows_out, 0) end as rows_out,
        case steps.ordinal
            when 1 then gathered.raw
            when 2 then gathered.readable
            else coalesce(before.rows_out, 0)
        end as rows_in,
        passed.days,
        passed.last_date
    from gathered
    cross join reference.lead_steps as steps
    left join passed on gathered.source = passed.source and steps.ordinal = passed.ordinal
    left join passed as before
        on gathered.source = before.source and steps.ordinal - 1 = before.ordinal
),

totals as (
    select
        case when grouping(source) = 1 then '(all)' else source end as source,
        step,
        ordinal,
        sum(rows_in) as rows_in,
        sum(rows_out) as rows_out,
        sum(days) as days,
        max(last_date) as last_date
    from counted
    group by grouping sets ((source, step, ordinal), (step, ordinal))
)

select
    source,
    step,
    ordinal,
    rows_in,
    rows_out,
    rows_in - rows_out as lost,
    cast(rows_in - rows_out as double) / nullif(cast(rows_in as double), 0.0) as loss_rate,
    cast(days as double) / nullif(cast(rows_out as double), 0.0) as mean_days,
    last_date
from totals
