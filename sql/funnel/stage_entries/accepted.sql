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

-- As $mql_rule says: where both must agree, the later one.
qualified as (
    select
        lead_id,
        max(qualified_at) as qualified_at
    from funnel.qualifications
    where stage = 'mql' and (rule_kind = $mql_rule or $mql_rule = 'both')
    group by lead_id
    having count(*) = 2 or $mql_rule <> 'both'
),

-- To say yes is to accept, and so is the first call or mail of whoever has the lead. Who was called
-- before is accepted once more by the first call after marketing handed it over.
ranked as (
    select
        members.lead_id,
        accepted.evidence,
        accepted.changed_by,
        accepted.entered_at,
        row_number() over (
            partition by
                members.lead_id,
                coalesce(accepted.entered_at >= qualified.qualified_at, false)
            order by accepted.entered_at, accepted.evidence desc, accepted.changed_by
        ) as rank
    from qualified
    right join members on qualified.lead_id = members.lead_id
    inner join accepted on members.contact_id = concat('lead:', accepted.record_id)
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
