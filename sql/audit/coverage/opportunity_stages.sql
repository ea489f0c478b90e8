with

counted as (
    select
        source,
        count(*) as rows,
        count(changed_by) as changed_by,
        count(amount) as amount,
        count(probability) as probability
    from entities.opportunity_stages
    group by source
),

fields as (
    select
        source,
        unnest([
            'changed_by',
            'amount',
            'probability'
        ]) as field,
        rows,
        unnest([
            changed_by,
            amount,
            probability
        ]) as filled
    from counted
)

select * from fields
