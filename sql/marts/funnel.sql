with

-- Who has not reached the next stage by the end of the window has not, however long one waits.
counted as (
    select
        path,
        mode,
        ordinal,
        dimension,
        part,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(entered) as entered,
        sum(matured) as matured,
        sum(reached) as reached,
        sum(ever_reached) as ever_reached,
        sum(closed) as closed,
        sum(aside) as aside,
        sum(silent) as silent,
        sum(open) as open,
        sum(imputed) as imputed,
        sum(reached_of_start) as reached_of_start,
        kaplan_meier(
            least(days, $window_days),
            case when days <= $window_days then ever_reached else 0 end,
            entered - case when days <= $window_days then ever_reached else 0 end
        )[-1] as waiting
    from funnel.step_counts
    group by grouping sets (
        (path, mode, ordinal, dimension, part, month), (path, mode, ordinal, dimension, part)
    )
    having grouping(month) = 1 or month <> '(all)'
),

-- A cumulative rate is over all who entered the path, also those who never came so far.
started as (
    select
        path,
        mode,
        dimension,
        part,
        case when grouping(month) = 1 then '(all)' else month end as month,
        sum(case when ordinal = 1 then start_matured else 0 end) as start_matured
    from funnel.step_counts
    group by grouping sets (
        (path, mode, dimension, part, month), (path, mode, dimension, part)
    )
    having grouping(month) = 1 or month <> '(all)'
),

rates as (
    select
        counted.path,
        counted.mode,
        counted.dimension,
        counted.part,
        counted.month,
        paths.stage,
        paths.label,
        next.stage as next_stage,
        counted.ordinal,
        counted.entered,
        counted.matured,
        counted.reached,
        counted.ever_reached,
        counted.closed,
        counted.aside,
        counted.silent,
        counted.open,
        counted.imputed,
        counted.reached_of_start,
        started.start_matured,
        counted.waiting
    from counted
    inner join reference.stage_paths as paths
        on counted.path = paths.path and counted.ordinal = paths.ordinal
    left join reference.stage_paths as next
        on counted.path = next.path and counted.ordinal + 1 = next.ordinal
    inner join started
        on counted.path = started.path
            and counted.mode = started.mode
            and counted.dimension = started.dimension
            and counted.part = started.part
            and counted.month = started.month
),

funnel as (
    select
        path,
        mode,
        dimension,
        part,
        month,
        stage,
        label,
        next_stage,
        ordinal,
        lag(entered) over (
            partition by path, mode, dimension, part, month order by ordinal
        ) as entered_before,
        entered,
        matured,
        case when next_stage is not null then reached end as reached,
        case when next_stage is not null then ever_reached end as ever_reached,
        closed,
        aside,
        silent,
        open,
        imputed,
        case when next_stage is not null
            then cast(reached as double) / nullif(cast(matured as double), 0.0) end as rate,
        case when next_stage is not null
            then wilson_interval(reached, matured)['lower'] end as lower,
        case when next_stage is not null
            then wilson_interval(reached, matured)['upper'] end as upper,
        case when next_stage is not null then 1.0 - waiting['survival'] end as km_rate,
        case when next_stage is not null then 1.0 - waiting['upper'] end as km_lower,
        case when next_stage is not null then 1.0 - waiting['lower'] end as km_upper,
        case when next_stage is not null
            then cast(reached_of_start as double) / nullif(cast(start_matured as double), 0.0) end
            as cumulative_rate,
        case when next_stage is not null
            then cast(matured - reached as double) / nullif(cast(matured as double), 0.0) end
            as loss_rate,
        case when next_stage is not null
            then cast(silent as double) / nullif(cast(entered as double), 0.0) end as silent_rate,
        cast(imputed as double) / nullif(cast(entered as double), 0.0) as imputed_share,
        matured < $low_count as is_low_count
    from rates
)

select * from funnel
