with

records as (
    select * from identity.records where lead_id is not null
),

-- Where the activity does not say who it was, it is the owner of the record.
attempts as (
    select
        activities.activity_id,
        records.record_id,
        case when records.is_continuation then records.lead_id else records.record_id end
            as worked_id,
        records.lead_id,
        records.person_id,
        activities.opportunity_id,
        coalesce(activities.owner_id, lead_records.owner_id) as rep_id,
        activities.kind,
        activities.source,
        activities.duration_s,
        activities.owner_id is null and lead_records.owner_id is not null as is_rep_assumed,
        activities.occurred_at
    from entities.activities as activities
    inner join records on activities.record_id = records.record_id
    inner join entities.lead_records as lead_records
        on activities.record_id = lead_records.record_id
    where activities.direction = 'outbound'
        and not activities.is_automated
        and coalesce(activities.is_done, true)
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
)

select * from attempts
