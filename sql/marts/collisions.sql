with

-- Whom one record stands for nobody contacts by two.
doubled as (
    select person_id
    from identity.records
    where outcome = 'merged'
    group by person_id
),

contacts as (
    select
        records.person_id,
        records.lead_id,
        records.record_id,
        activities.activity_id,
        activities.owner_id,
        activities.occurred_at
    from entities.activities as activities
    inner join identity.records as records on activities.record_id = records.record_id
    inner join doubled on records.person_id = doubled.person_id
    where activities.direction = 'outbound'
        and not activities.is_automated
        and coalesce(activities.is_done, true)
        and activities.owner_id is not null
        and cast(activities.occurred_at at time zone $time_zone as date) <= $as_of
),

pairs as (
    select
        later.person_id,
        later.lead_id,
        later.activity_id,
        later.record_id,
        later.owner_id,
        later.occurred_at,
        earlier.activity_id as other_activity_id,
        earlier.record_id as other_record_id,
        earlier.owner_id as other_owner_id,
        earlier.occurred_at as other_at,
        row_number() over (
            partition by later.activity_id
            order by earlier.occurred_at desc, earlier.activity_id
        ) as place
    from contacts as later
    inner join contacts as earlier on later.person_id = earlier.person_id
    where later.record_id <> earlier.record_id
        and later.owner_id <> earlier.owner_id
        and later.occurred_at > earlier.occurred_at
        and later.occurred_at <= earlier.occurred_at + interval '7' day
)

select
    activity_id,
    person_id,
    lead_id,
    record_id,
    owner_id,
    other_activity_id,
    other_record_id,
    other_owner_id,
    other_at,
    occurred_at
from pairs
where place = 1
