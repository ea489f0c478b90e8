with

stage_records as (
    select * from entities.stage_records
),

lead_records as (
    select record_id from entities.lead_records
),

events as (
    select
        stage_records.record_id,
        stage_records.stage,
        stage_records.opportunity_id,
        stage_records.evidence,
        stage_records.time_precision,
        stage_records.changed_by,
        stage_records.entered_at,
        stage_records.source,
        case when lead_records.record_id is null then 'no_record' end as drop_reason
    from stage_records
    left join lead_records on stage_records.record_id = lead_records.record_id
)

select * from events
