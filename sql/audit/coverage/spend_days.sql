with

counted as (
    select
        source,
        count(*) as rows,
        count(clicks) as clicks,
        count(impressions) as impressions,
        count(platform_conversions) as platform_conversions
    from entities.spend_days
    group by source
),

fields as (
    select
        source,
        unnest([
            'clicks',
            'impressions',
            'platform_conversions'
        ]) as field,
        rows,
        unnest([
            clicks,
            impressions,
            platform_conversions
        ]) as filled
    from counted
)

select * from fields
