with

counted as (
    select
        source,
        count(*) as rows,
        count(email) as email,
        count(phone) as phone,
        count(mobile) as mobile,
        count(full_name) as full_name,
        count(company) as company,
        count(title) as title,
        count(industry) as industry,
        count(region) as region,
        count(employees) as employees,
        count(revenue) as revenue,
        count(lead_source) as lead_source,
        count(owner_id) as owner_id,
        count(accepts_email) as accepts_email,
        count(merged_into) as merged_into
    from entities.lead_records
    group by source
),

fields as (
    select
        source,
        unnest([
            'email',
            'phone',
            'mobile',
            'full_name',
            'company',
            'title',
            'industry',
            'region',
            'employees',
            'revenue',
            'lead_source',
            'owner_id',
            'accepts_email',
            'merged_into'
        ]) as field,
        rows,
        unnest([
            email,
            phone,
            mobile,
            full_name,
            company,
            title,
            industry,
            region,
            employees,
            revenue,
            lead_source,
            owner_id,
            accepts_email,
            merged_into
        ]) as filled
    from counted
)

select * from fields
