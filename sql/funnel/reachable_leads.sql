select records.lead_id
from identity.records as records
inner join funnel.contact_states as states on records.record_id = states.record_id
inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
where records.lead_id is not null
group by records.lead_id
having bool_or(
        states.email_state in ('usable', 'unknown') or states.phone_state in ('usable', 'unknown')
    )
    and bool_and(
        coalesce(lead_records.accepts_email, true) or coalesce(lead_records.accepts_calls, true)
    )
