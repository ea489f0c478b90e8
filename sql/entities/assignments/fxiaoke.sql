with

leads as (
    select
        *,
        'fx:' || pool_id as named_pool_id
    from staging.fxiaoke__leads
),

-- A lead given back has no owner any more: who had it is not kept.
moments as (
    select
        concat('fx:', lead_id, ':assigned') as assignment_id,
        lead_id,
        case when assigner_id = owner_id then 'claim' else 'assign' end as kind,
        'fx:' || owner_id as to_owner_id,
        named_pool_id as pool_id,
        cast(null as text) as reason,
        assigned_at
    from leads
    where assigned_at is not null
    union all
    select
        concat('fx:', lead_id, ':returned'),
        lead_id,
        case when is_overtime then 'recycle' else 'return' end,
        cast(null as text),
        named_pool_id,
        back_reason,
        returned_at
    from leads
    where returned_at is not null
    union all
    select
        concat('fx:', lead_id, ':owner'),
        lead_id,
        'assign',
        'fx:' || owner_id,
        named_pool_id,
        cast(null as text),
        owner_changed_at
    from leads
    where owner_changed_at is not null
        and owner_id is not null
        and (owner_changed_at is distinct from assigned_at)
),

assignments as (
    select
        assignment_id,
        concat('fx:', lead_id) as record_id,
        kind,
        to_owner_id,
        pool_id,
        reason,
        assigned_at
    from moments
)

select * from assignments
