with

counted as (
    select
        source,
        count(*) as rows,
        count(changed_by) as changed_by,
        count(case when evidence = 'native' then entered_at end) as entered_at
    from entities.stage_records
    group by source
),

fields as (
    select
        source,
        unnest([
            'changed_by',
            'entered_at'
        ]) as field,
        rows,
        unnest([
            changed_by,
            entered_at
        ]) as filled
    from counted
)

select * from fields
