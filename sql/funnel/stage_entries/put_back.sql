with

members as (
    select * from identity.members where lead_id is not null
),

-- What goes back to a queue or pool waits to be taken again.
entries as (
    select
        members.lead_id,
        'recycled' as stage,
        'native' as evidence,
        'second' as time_precision,
        min(assignments.from_owner_id) as changed_by,
        assignments.assigned_at as entered_at
    from entities.assignments as assignments
    inner join members on concat('lead:', assignments.record_id) = members.contact_id
    where assignments.kind in ('return', 'recycle', 'reject')
    group by members.lead_id, assignments.assigned_at
)

select * from entries
