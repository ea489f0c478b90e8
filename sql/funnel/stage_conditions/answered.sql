with

outcomes as (
    select kind, outcome from reference.contact_outcomes where is_reached
),

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

-- Somebody spoke or wrote to them and they to us, whoever began.
spoken as (
    select
        records.lead_id,
        activities.opportunity_id,
        activities.activity_id,
        activities.occurred_at
    from records
    inner join entities.activities as activities on records.record_id = activities.record_id
    left join outcomes
        on activities.kind = outcomes.kind and lower(btrim(activities.outcome)) = outcomes.outcome
    where not activities.is_automated
        and coalesce(activities.is_done, true)
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
        and (activities.direction = 'inbound' or outcomes.outcome is not null)
),

answers as (
    select
        lead_id,
        'answer' as condition,
        opportunity_id,
        first_value(activity_id order by occurred_at, activity_id) as evidence_id,
        min(occurred_at) as met_at
    from spoken
    group by lead_id, opportunity_id
)

select * from answers
