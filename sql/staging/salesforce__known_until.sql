with

-- Moments that Salesforce itself writes down: none of them can lie after the export.
moments as (
    select created_at as written_at from staging.salesforce__events
    union all
    select created_at as written_at from staging.salesforce__leads
    union all
    select modified_at as written_at from staging.salesforce__leads
    union all
    select created_at as written_at from staging.salesforce__opportunities
    union all
    select stage_changed_at as written_at from staging.salesforce__opportunities
),

latest as (
    select max(written_at) as known_until
    from moments
    having max(written_at) is not null
)

select * from latest
