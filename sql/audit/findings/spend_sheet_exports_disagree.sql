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

kept as (
    select days.*
    from days
    inner join first_exports
        on days.campaign_id = first_exports.campaign_id
            and days.spend_date = first_exports.spend_date
            and days.export = first_exports.export
),

compared as (
    select
        days.campaign_id,
        days.spend_date,
        days.export,
        kept.export as kept_export,
        concat_ws(
            ', ',
            case when lower(days.campaign) <> lower(kept.campaign) then 'campaign' end,
            case when coalesce(days.category, '') <> coalesce(kept.category, '') then 'category' end,
            case when days.spend <> kept.spend then 'spend' end,
            case when (days.clicks is distinct from kept.clicks) then 'clicks' end,
            case when (days.impressions is distinct from kept.impressions) then 'impressions' end,
            case when (days.leads is distinct from kept.leads) then 'leads' end,
            case when (days.orders is distinct from kept.orders) then 'orders' end,
            case when (days.revenue is distinct from kept.revenue) then 'revenue' end
        ) as differing
    from days
    inner join kept on days.campaign_id = kept.campaign_id and days.spend_date = kept.spend_date
    where days.export <> kept.export
),

findings as (
    select
        'spend_sheet' as source,
        'spend_days' as entity,
        concat_ws(' ', campaign_id, cast(spend_date as text), export) as entity_id,
        concat_ws(' ', campaign_id, cast(spend_date as text), kept_export) as related_id,
        concat('another export has other values of ', differing) as evidence
    from compared
    where differing <> ''
)

select * from findings
