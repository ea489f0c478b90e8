with

clues as (
    select * from staging.fxiaoke_pool__clues
),

-- A clue without an owner went back after it was assigned: who had it is not kept.
assignments as (
    select
        concat('pool:', clue_id, ':assigned') as assignment_id,
        concat('pool:', clue_id) as record_id,
        'assign' as kind,
        'pool:' || owner_id as to_owner_id,
        assigned_at
    from clues
    where assigned_at is not null
    union all
    select
        concat('pool:', clue_id, ':recovered'),
        concat('pool:', clue_id),
        'recycle',
        cast(null as text),
        recovered_at
    from clues
    where recovered_at is not null
)

select * from assignments
