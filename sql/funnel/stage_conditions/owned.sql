with

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

-- What was given to somebody is theirs until the next move of the record.
moves as (
    select
        assignment_id,
        record_id,
        kind,
        assigned_at,
        lead(assigned_at) over (
            partition by record_id order by assigned_at, assignment_id
        ) as ended_at
    from entities.assignments
    where cast(assigned_at at time zone $time_zone as date) <= $as_of
),

-- Where no routing is logged, its owner has it from the capture on.
unlogged as (
    select
        lead_records.record_id as evidence_id,
        lead_records.record_id,
        lead_records.captured_at as met_at,
        cast(null as timestamptz) as ended_at
    from entities.lead_records as lead_records
    left anti join moves on lead_records.record_id = moves.record_id
    where lead_records.owner_id is not null
),

owners as (
    select assignment_id as evidence_id, record_id, assigned_at as met_at, ended_at
    from moves
    where kind in ('assign', 'claim', 'accept')
    union all
    select * from unlogged
),

owned as (
    select
        records.lead_id,
        'owner' as condition,
        owners.evidence_id,
        owners.met_at,
        owners.ended_at
    from records
    inner join owners on records.record_id = owners.record_id
)

select * from owned
