with

deals as (
    select
        *,
        lower(replace(product, ' ', '')) as product_key
    from staging.maven__opportunities
),

-- Deals write some products without their blanks: one of the list that differs by no more is it.
products as (
    select
        lower(replace(product, ' ', '')) as product_key,
        min(product) as product
    from staging.maven__products
    group by lower(replace(product, ' ', ''))
    having count(*) = 1
),

-- When a deal was made is not kept: the first that is known of it is the day it was engaged in. What
-- a lost one would have been worth is not known either.
opportunities as (
    select
        concat('maven:', deals.opportunity_id) as opportunity_id,
        'maven:' || deals.account as account_id,
        concat('maven:', deals.sales_agent) as owner_id,
        deals.deal_stage as stage,
        coalesce(products.product, deals.product) as product_line,
        case when deals.deal_stage = 'Won' then 'USD' end as currency,
        case when deals.deal_stage = 'Won' then deals.close_value end as amount,
        case deals.deal_stage when 'Won' then true when 'Lost' then false end as is_won,
        deals.close_date as expected_close_date,
        cast(cast(deals.engage_date as timestamp) at time zone $time_zone as timestamptz)
            as created_at,
        cast(cast(deals.close_date as timestamp) at time zone $time_zone as timestamptz)
            as closed_at
    from deals
    left join products on deals.product_key = products.product_key
)

select * from opportunities
