with

lead_records as (
    select * from entities.lead_records
),

leads as (
    select
        lead_records.record_id as lead_id,
        records.person_id,
        lead_records.channel,
        lead_records.title,
        lead_records.industry,
        lead_records.region,
        lead_records.owner_id,
        records.mailbox,
        lead_records.source,
        lead_records.employees,
        lead_records.captured_at,
        case records.outcome
            when 'merged' then 'merged'
            when 'invalid' then concat('invalid: ', records.invalid_reason)
        end as drop_reason
    from lead_records
    left join identity.records as records on lead_records.record_id = records.record_id
)

select * from leads
