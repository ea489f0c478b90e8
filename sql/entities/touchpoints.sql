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

judged as (
    select
        dated.*,
        refused.reason
    from refused
    right join dated on refused.touch_id = dated.touch_id
),

channelled as (
    select
        judged.touch_id,
        judged.visitor_id,
        judged.session_id,
        sources.traffic_source_id,
        sources.channel,
        judged.utm_campaign as campaign,
        judged.kind,
        judged.landing_url,
        sources.direct_reason,
        case when sources.direct_reason = 'no_referrer'
            then url_part(judged.landing_url, 'path') end as direct_page,
        judged.touched_at,
        judged.source,
        judged.reason as drop_reason
    from sources
    right join judged
        on sources.utm_source = coalesce(judged.utm_source, '(none)')
            and sources.utm_medium = coalesce(judged.utm_medium, '(none)')
            and sources.utm_campaign = coalesce(judged.utm_campaign, '(none)')
            and sources.click_id_kind = coalesce(judged.click_id_kind, '(none)')
            and sources.referrer_host = coalesce(judged.referrer_host, '(none)')
            and sources.landing_host = coalesce(judged.landing_host, '(none)')
            and sources.given_channel = coalesce(judged.channel, '(none)')
            and sources.lists_of = judged.lists_of
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
