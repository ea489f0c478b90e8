with

counted as (
    select
        source,
        count(*) as rows,
        count(case when account_id <> '(none)' then 1 end) as account_id,
        count(case when currency <> 'XXX' then 1 end) as currency,
        count(clicks) as clicks,
        count(impressions) as impressions,
        count(platform_leads) as platform_leads,
        count(platform_conversions) as platform_conversions,
        count(platform_value) as platform_value
    from entities.spend_days
    group by source
),

fields as (
    select
        source,
        unnest([
            'account_id',
            'currency',
            'clicks',
            'impressions',
            'platform_leads',
            'platform_conversions',
            'platform_value'
        ]) as field,
        rows,
        unnest([
            account_id,
            currency,
            clicks,
            impressions,
            platform_leads,
            platform_conversions,
            platform_value
        ]) as filled
    from counted
)

select * from fields
