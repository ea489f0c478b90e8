with

counted as (
    select
        source,
        count(*) as rows,
        count(parent_account_id) as parent_account_id,
        count(name) as name,
        count(website) as website,
        count(phone) as phone,
        count(industry) as industry,
        count(region) as region,
        count(country) as country,
        count(credit_code) as credit_code,
        count(owner_id) as owner_id,
        count(employees) as employees,
        count(revenue) as revenue,
        count(created_at) as created_at
    from entities.accounts
    group by source
),

fields as (
    select
        source,
        unnest([
            'parent_account_id',
            'name',
            'website',
            'phone',
            'industry',
            'region',
            'country',
            'credit_code',
            'owner_id',
            'employees',
            'revenue',
            'created_at'
        ]) as field,
        rows,
        unnest([
            parent_account_id,
            name,
            website,
            phone,
            industry,
            region,
            country,
            credit_code,
            owner_id,
            employees,
            revenue,
            created_at
        ]) as filled
    from counted
)

select * from fields
