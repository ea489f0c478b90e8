with

counted as (
    select
        source,
        count(*) as rows,
        count(product_name) as product_name,
        count(seller_id) as seller_id
    from entities.order_lines
    group by source
),

fields as (
    select
        source,
        unnest([
            'product_name',
            'seller_id'
        ]) as field,
        rows,
        unnest([
            product_name,
            seller_id
        ]) as filled
    from counted
)

select * from fields
