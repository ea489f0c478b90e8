with

contacted as (
    select lead_id from funnel.lead_stages where path = $stage_path and stage = 'contacted'
),

records as (
    select
        records.record_id,
        records.lead_id,
        records.person_id,
        case when records.outcome = 'merged' and not records.is_continuation
            then records.lead_id end as duplicate_of,
        lead_records.source,
        records.channel,
        captures.capture_method,
        captures.class_at_capture,
        records.outcome,
        case
            when records.outcome = 'invalid' then 'invalid'
            when contacted.lead_id is not null then 'valid'
            else 'unjudged'
        end as validity,
        records.invalid_reason,
        states.email_state,
        states.email_reason,
        states.phone_state,
        states.phone_reason,
        states.wrong_field,
        records.is_continuation,
        coalesce(lead_records.is_undated, false) as is_undated,
        cast(records.captured_at at time zone $time_zone as date) as captured_date,
        records.captured_at
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    inner join funnel.contact_states as states on records.record_id = states.record_id
    inner join funnel.captures as captures on records.record_id = captures.record_id
    left join contacted on records.lead_id = contacted.lead_id
)

select * from records
