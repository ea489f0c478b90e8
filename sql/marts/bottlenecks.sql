with

-- What a lead is about is known of those who came as far as a deal, and an owner or region is often
-- filled in on the way: to compare by what came out would call the outcome a cause.
steps as (
    select *
    from marts.funnel
    where mode = 'hwm'
        and month = '(all)'
        and next_stage is not null
        and dimension <> 'product_line'
        and part <> '(unknown)'
),

-- What nobody quotes is compared with one's own rate over everybody.
own as (
    select
        path,
        stage,
        rate as own_rate
    from steps
    where dimension = '(all)'
),

-- How many of those who reach the next stage are won in the end.
yields as (
    select
        starts.path,
        starts.stage,
        count(*) as reached,
        count(wins.lead_id) as won
    from funnel.lead_stages as starts
    left join funnel.lead_stages as wins
        on starts.path = wins.path and starts.lead_id = wins.lead_id and wins.stage = 'won'
    group by starts.path, starts.stage
),

worth as (
    select
        cast(sum(leads.booked_value) as double) as booked_value,
        cast(count(*) as double) as buyers
    from funnel.leads as leads
    where leads.order_count > 0
),

compared as (
    select
        steps.path,
        steps.dimension,
        steps.part,
        steps.stage,
        steps.next_stage,
        case when benchmarks.value is null then 'own rate over everybody' else 'quoted' end
            as benchmark_kind,
        steps.ordinal,
        steps.matured,
        steps.rate,
        steps.lower,
        steps.upper,
        coalesce(benchmarks.value, own.own_rate) as benchmark,
        steps.rate - coalesce(benchmarks.value, own.own_rate) as gap,
        cast(yields.won as double) / nullif(cast(yields.reached as double), 0.0) as yield,
        worth.booked_value / nullif(worth.buyers, 0.0) as mean_value,
        steps.silent_rate,
        cast(steps.closed as double) / nullif(cast(steps.entered as double), 0.0) as closed_rate,
        steps.imputed_share
    from steps
    inner join own on steps.path = own.path and steps.stage = own.stage
    inner join yields on steps.path = yields.path and steps.next_stage = yields.stage
    cross join worth
    left join reference.benchmarks as benchmarks
        on concat(steps.path, ':', steps.stage, ':', steps.next_stage) = benchmarks.metric
            and case when steps.dimension = 'segment' then steps.part else '(all)' end
                = benchmarks.segment
    where steps.dimension <> '(all)' or benchmarks.value is not null
),

judged as (
    select
        *,
        case
            when matured < $low_count then 'too few'
            when upper < benchmark then 'bottleneck'
            when lower > benchmark then 'better'
            else 'not told apart'
        end as verdict,
        case when upper < benchmark and matured >= $low_count
            then -gap * cast(matured as double) * yield * mean_value end as lost_value,
        -- Where most of those who do not go on are says what to look at first.
        case
            when upper >= benchmark or matured < $low_count then null
            when imputed_share > 0.2 then 'the stage is skipped or not recorded'
            when silent_rate > closed_rate then 'follow-up: most of the others were left alone'
            else 'quality or hand-over: most of the others were closed'
        end as cause
    from compared
),

ranked as (
    select
        path,
        dimension,
        part,
        stage,
        next_stage,
        benchmark_kind,
        verdict,
        cause,
        ordinal,
        matured,
        case when verdict = 'bottleneck' then cast(row_number() over (
            partition by path, verdict order by lost_value desc, dimension, part, stage
        ) as bigint) end as rank,
        rate,
        lower,
        upper,
        benchmark,
        gap,
        yield,
        lost_value,
        silent_rate,
        closed_rate,
        imputed_share
    from judged
)

select * from ranked
