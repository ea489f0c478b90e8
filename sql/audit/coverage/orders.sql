with

counted as (
    select
        source,
        count(*) as rows,
        count(record_id) as record_id,
        count(opportunity_id) as opportunity_id,
        count(customer_phone) as customer_phone,
        count(status) as status,
        count(region) as region
    from entities.orders
    group by source
),

fields as (
    select
        source,
        unnest([
            'record_id',
            'opportunity_id',
            'customer_phone',
            'status',
            'region'
        ]) as field,
        rows,
        unnest([
            record_id,
            opportunity_id,
            customer_phone,
            status,
            region
        ]) as filled
    from counted
)

select * from fields
