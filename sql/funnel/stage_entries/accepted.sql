with

members as (
    select * from identity.members where lead_id is not null
),

accepted as (
    select
        record_id,
        'native' as evidence,
        to_owner_id as changed_by,
        assigned_at as entered_at
    from entities.assignments
    where kind in ('accept', 'claim')
    union all
    select
        record_id,
        'derived' as evidence,
        rep_id as changed_by,
        occurred_at as entered_at
    from funnel.attempts
),

-- To say yes is to accept, and so is the first call or mail of whoever has the lead.
ranked as (
    select
        members.lead_id,
        accepted.evidence,
        accepted.changed_by,
        accepted.entered_at,
        row_number() over (
            partition by members.lead_id
            order by accepted.entered_at, accepted.evidence desc, accepted.changed_by
        ) as rank
    from accepted
    inner join members on concat('lead:', accepted.record_id) = members.contact_id
),

entries as (
    select
        lead_id,
        'sl' as stage,
        evidence,
        'second' as time_precision,
        changed_by,
        entered_at
    from ranked
    where rank = 1
)

select * from entries
