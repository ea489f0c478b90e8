-- One way to the person is enough, whichever record it is in; one record that refuses everything is, too.
with

ways as (
    select
        records.lead_id,
        bool_or(states.email_state = 'usable' or states.phone_state = 'usable') as is_usable,
        bool_or(states.email_state = 'unknown' or states.phone_state = 'unknown') as is_open,
        bool_or(
            states.email_reason not in ('missing', 'kept elsewhere')
            or states.phone_reason not in ('missing', 'kept elsewhere')
        ) as is_given,
        bool_and(
            coalesce(lead_records.accepts_email, true) or coalesce(lead_records.accepts_calls, true)
        ) as is_allowed
    from identity.records as records
    inner join funnel.contact_states as states on records.record_id = states.record_id
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
    group by records.lead_id
)

select * from ways
