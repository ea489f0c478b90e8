with

compared as (
    select
        *,
        lag(stage_id) over (partition by deal_id order by entered_at, stage_id) as previous_id
    from staging.hubspot__deal_stage_history
),

entries as (
    select
        *,
        (stage_id is not distinct from previous_id) as is_same
    from compared
),

counted as (
    select
        *,
        cast(
            sum(case when is_same then 0 else 1 end) over (
                partition by deal_id, stage_id order by entered_at
            ) as bigint
        ) as visit
    from entries
),

stages as (
    select
        concat('hs:', counted.deal_id, ':', counted.stage_id, ':',
            cast(cast(counted.entered_at as bigint) as text)) as stage_entry_id,
        concat('hs:', counted.deal_id) as opportunity_id,
        coalesce(stages.label, counted.stage_id) as stage,
        counted.change_source as changed_by,
        counted.visit,
        stages.probability,
        counted.entered_at,
        case
            when deals.is_archived then 'deleted'
            when counted.is_same then 'same_stage'
        end as drop_reason
    from counted
    left join staging.hubspot__deal_stages as stages on counted.stage_id = stages.stage_id
    left join staging.hubspot__deals as deals on counted.deal_id = deals.deal_id
)

select * from stages
