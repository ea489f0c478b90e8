with

counted as (
    select
        source,
        count(*) as rows,
        count(name) as name,
        count(kind) as kind,
        count(status) as status,
        count(budget) as budget,
        count(cost) as cost,
        count(expected_revenue) as expected_revenue,
        count(is_active) as is_active,
        count(start_date) as start_date,
        count(end_date) as end_date
    from entities.campaigns
    group by source
),

fields as (
    select
        source,
        unnest([
            'name',
            'kind',
            'status',
            'budget',
            'cost',
            'expected_revenue',
            'is_active',
            'start_date',
            'end_date'
        ]) as field,
        rows,
        unnest([
            name,
            kind,
            status,
            budget,
            cost,
            expected_revenue,
            is_active,
            start_date,
            end_date
        ]) as filled
    from counted
)

select * from fields
