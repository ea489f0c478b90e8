with

counted as (
    select
        source,
        count(*) as rows,
        count(from_owner_id) as from_owner_id,
        count(to_owner_id) as to_owner_id,
        count(pool_id) as pool_id,
        count(reason) as reason
    from entities.assignments
    group by source
),

fields as (
    select
        source,
        unnest([
            'from_owner_id',
            'to_owner_id',
            'pool_id',
            'reason'
        ]) as field,
        rows,
        unnest([
            from_owner_id,
            to_owner_id,
            pool_id,
            reason
        ]) as filled
    from counted
)

select * from fields
