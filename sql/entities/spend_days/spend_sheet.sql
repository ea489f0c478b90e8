with

days as (
    select * from staging.spend_sheet__days
),

first_exports as (
    select
        campaign_id,
        spend_date,
        min(export) as export
    from days
    group by campaign_id, spend_date
),

types as (
    select * from reference.campaign_types where vocabulary = 'sheet'
),

-- Of several exports the first stays; where another contradicts it audit.findings tells.
spend as (
    select
        coalesce(platforms.platform, '(none)') as platform,
        '(none)' as account_id,
        days.campaign_id,
        '(all)' as ad_id,
        coalesce(types.channel, 'unassigned') as channel,
        days.campaign,
        'XXX' as currency,
        days.spend,
        days.clicks,
        days.impressions,
        days.leads as platform_leads,
        cast(days.orders as double) as platform_conversions,
        days.revenue as platform_value,
        days.spend_date,
        case when days.export <> first_exports.export then 'duplicate' end as drop_reason
    from days
    left join first_exports
        on days.campaign_id = first_exports.campaign_id
            and days.spend_date = first_exports.spend_date
    left join types on lower(days.category) = types.campaign_type
    left join reference.ad_platforms as platforms
        on split_part(lower(btrim(days.campaign)), '_', 1) = platforms.traffic_source
)

select * from spend
