with

-- Today's owner is whom it was assigned to only while nothing has happened to it since: who had it
-- before it was handed on or given back is not kept.
leads as (
    select
        *,
        'fx:' || pool_id as named_pool_id,
        case
            when coalesce(owner_changed_at <= assigned_at, true)
                and coalesce(returned_at < assigned_at, true) then owner_id
        end as assigned_owner_id
    from staging.fxiaoke__leads
),

moments as (
    select
        concat('fx:', lead_id, ':assigned') as assignment_id,
        lead_id,
        case when assigner_id = assigned_owner_id then 'claim' else 'assign' end as kind,
        'fx:' || assigned_owner_id as to_owner_id,
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
