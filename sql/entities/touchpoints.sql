with

records as (
    select * from entities.touch_records
),

sources as (
    select * from entities.traffic_channels
),

refused as (
    select * from entities.refused_touches
),

-- In each join the small side stands left, where it is held in memory: the planner cannot know the sizes of what comes out of a join.
dated as (
    select
        records.*,
        periods.first_day as lists_of
    from reference.channel_periods as periods
    right join records
        on cast(records.touched_at at time zone $time_zone as date) >= periods.first_day
            and cast(records.touched_at at time zone $time_zone as date)
                < coalesce(periods.until_day, date '9999-12-31')
),

channelled as (
    select
        dated.touch_id,
        dated.visitor_id,
        dated.session_id,
        sources.traffic_source_id,
        sources.channel,
        dated.utm_campaign as campaign,
        dated.kind,
        dated.landing_url,
        sources.direct_reason,
        case when sources.direct_reason = 'no_referrer'
            then url_part(dated.landing_url, 'path') end as direct_page,
        dated.touched_at,
        dated.source,
        refused.reason as drop_reason
    from sources
    right join dated
        on sources.utm_source = coalesce(dated.utm_source, '(none)')
            and sources.utm_medium = coalesce(dated.utm_medium, '(none)')
            and sources.utm_campaign = coalesce(dated.utm_campaign, '(none)')
            and sources.click_id_kind = coalesce(dated.click_id_kind, '(none)')
            and sources.referrer_host = coalesce(dated.referrer_host, '(none)')
            and sources.landing_host = coalesce(dated.landing_host, '(none)')
            and sources.given_channel = coalesce(dated.channel, '(none)')
            and sources.lists_of = dated.lists_of
    left join refused on dated.touch_id = refused.touch_id
),

touchpoints as (
    select
        channelled.touch_id,
        channelled.visitor_id,
        channelled.session_id,
        channelled.traffic_source_id,
        channelled.channel,
        channelled.campaign,
        channelled.kind,
        channelled.landing_url,
        case when pages.page is not null then 'untagged_campaign_landing'
            else channelled.direct_reason end as direct_reason,
        channelled.touched_at,
        channelled.source,
        channelled.drop_reason
    from reference.campaign_pages as pages
    right join channelled on pages.page = channelled.direct_page
)

select * from touchpoints
