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
        count(capture_method) as capture_method,
        count(campaign_id) as campaign_id,
        count(owner_id) as owner_id,
        count(accepts_email) as accepts_email,
        count(is_email_bounced) as is_email_bounced,
        count(merged_into) as merged_into,
        count(converted_to) as converted_to,
        count(account_id) as account_id,
        count(status) as status,
        count(case when not coalesce(is_undated, false) then captured_at end) as captured_at
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
            'capture_method',
            'campaign_id',
            'owner_id',
            'accepts_email',
            'is_email_bounced',
            'merged_into',
            'converted_to',
            'account_id',
            'status',
            'captured_at'
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
            capture_method,
            campaign_id,
            owner_id,
            accepts_email,
            is_email_bounced,
            merged_into,
            converted_to,
            account_id,
            status,
            captured_at
        ]) as filled
    from counted
)

select * from fields
