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

-- Every day that counts beside every other export, whether the day is in that one or not.
pairs as (
    select
        kept.*,
        exports.export as other_export
    from kept
    inner join (select distinct export from days) as exports on kept.export <> exports.export
),

compared as (
    select
        kept.campaign_id,
        kept.spend_date,
        kept.other_export,
        kept.export,
        days.export is null as is_missing,
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
    from pairs as kept
    left join days
        on kept.campaign_id = days.campaign_id
            and kept.spend_date = days.spend_date
            and kept.other_export = days.export
),

findings as (
    select
        'spend_sheet' as source,
        'spend_days' as entity,
        concat_ws(' ', campaign_id, cast(spend_date as text), other_export) as entity_id,
        concat_ws(' ', campaign_id, cast(spend_date as text), export) as related_id,
        case
            when is_missing then 'this export lacks a day that another has'
            else concat('another export has other values of ', differing)
        end as evidence
    from compared
    where is_missing or differing <> ''
)

select * from findings
