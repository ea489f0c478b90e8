with

counted as (
    select
        source,
        count(*) as rows,
        count(old_value) as old_value,
        count(new_value) as new_value,
        count(changed_by) as changed_by
    from entities.field_changes
    group by source
),

fields as (
    select
        source,
        unnest([
            'old_value',
            'new_value',
            'changed_by'
        ]) as field,
        rows,
        unnest([
            old_value,
            new_value,
            changed_by
        ]) as filled
    from counted
)

select * from fields
