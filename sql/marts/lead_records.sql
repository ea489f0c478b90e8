with

contacted as (
    select lead_id from funnel.lead_stages where stage = 'contacted'
),

records as (
    select
        records.record_id,
        records.outcome,
        records.lead_id,
        case when records.outcome = 'merged' then records.lead_id end as duplicate_of,
        case
            when records.outcome = 'invalid' then 'invalid'
            when contacted.lead_id is not null then 'valid'
            else 'unjudged'
        end as validity,
        records.invalid_reason,
        verifications.email_state,
        verifications.email_reason,
        verifications.phone_state,
        verifications.phone_reason,
        records.channel,
        leads.source,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as leads on records.record_id = leads.record_id
    inner join identity.verifications as verifications
        on records.record_id = verifications.record_id
    left join contacted on records.lead_id = contacted.lead_id
)

select * from records
