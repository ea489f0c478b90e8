with

counted as (
    select
        source,
        count(*) as rows,
        count(case when currency <> 'XXX' then 1 end) as currency,
        count(value) as value
    from entities.conversion_events
    group by source
),

fields as (
    select
        source,
        unnest([
            'currency',
            'value'
        ]) as field,
        rows,
        unnest([
            currency,
            value
        ]) as filled
    from counted
)

select * from fields
