with

history as (
    select
        *,
        coalesce(is_deleted, false) as is_gone
    from staging.salesforce__opportunity_history
),

compared as (
    select
        *,
        lag(stage) over (
            partition by opportunity_id, is_gone order by changed_at, history_id
        ) as previous_stage
    from history
),

entries as (
    select
        *,
        (stage is not distinct from previous_stage) as is_same
    from compared
),

stages as (
    select
        concat('sf:', history_id) as stage_entry_id,
        concat('sf:', opportunity_id) as opportunity_id,
        stage,
        'sf:' || changed_by_id as changed_by,
        case when amount is not null then coalesce(currency, $salesforce_currency) end as currency,
        cast(
            sum(case when is_same then 0 else 1 end) over (
                partition by opportunity_id, is_gone, stage order by changed_at, history_id
            ) as bigint
        ) as visit,
        amount,
        case when probability_percent between 0 and 100
            then probability_percent / 100.0 end as probability,
        changed_at as entered_at,
        case
            when is_gone then 'deleted'
            when stage is null then 'no_stage'
            when is_same then 'same_stage'
        end as drop_reason
    from entries
)

select * from stages
