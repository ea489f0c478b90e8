with

compared as (
    select
        *,
        lag(stage) over (
            partition by opportunity_id order by entered_at, _file, _line
        ) as previous_stage
    from staging.demo__opportunity_history
),

entries as (
    select
        *,
        (stage is not distinct from previous_stage) as is_same
    from compared
),

stages as (
    select
        concat(opportunity_id, ':', _file, ':', cast(_line as text)) as stage_entry_id,
        opportunity_id,
        stage,
        changed_by,
        currency,
        cast(
            sum(case when is_same then 0 else 1 end) over (
                partition by opportunity_id, stage order by entered_at, _file, _line
            ) as bigint
        ) as visit,
        amount,
        entered_at,
        case when is_same then 'same_stage' end as drop_reason
    from entries
)

select * from stages
