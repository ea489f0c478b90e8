with

-- One way to the person is enough, and unknown is not bad.
ways as (
    select
        records.lead_id,
        min(records.captured_at) as entered_at
    from identity.records as records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    where records.lead_id is not null
        and (
            states.email_state in ('usable', 'unknown')
            or states.phone_state in ('usable', 'unknown')
        )
    group by records.lead_id
),

fitting as (
    select lead_id from scoring.lead_scores where fit >= $ml_fit
),

entries as (
    select
        ways.lead_id,
        'ml' as stage,
        'derived' as evidence,
        'second' as time_precision,
        ways.entered_at
    from ways
    inner join fitting on ways.lead_id = fitting.lead_id
)

select * from entries
