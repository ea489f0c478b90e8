with

records as (
    select * from entities.touch_records
),

sources as (
    select
        sources.*,
        channels.channel as decided_channel,
        channels.direct_reason
    from entities.traffic_sources as sources
    inner join entities.traffic_channels as channels
        on sources.traffic_source_id = channels.traffic_source_id
),

dated as (
    select
        records.*,
        periods.first_day as lists_of
    from records
    left join reference.channel_periods as periods
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
        sources.decided_channel as channel,
        dated.utm_campaign as campaign,
        dated.kind,
        dated.landing_url,
        case
            when sources.direct_reason = 'no_referrer' and pages.page is not null
                then 'untagged_campaign_landing'
            else sources.direct_reason
        end as direct_reason,
        dated.touched_at,
        dated.source,
        case
            when dated.is_bot then 'bot'
            when regexp_like(
                lower(dated.user_agent), 'bot|spider|crawl|slurp|headless|lighthouse|python-requests'
            ) then 'bot'
            when not dated.has_consent then 'no_consent'
            when dated.touched_at < cast($plausible_from as timestamptz) then 'implausible_time'
            when dated.touched_at >= cast($plausible_until as timestamptz) then 'implausible_time'
        end as drop_reason
    from dated
    left join sources
        -- In brackets: the engine's grammar takes all that follows for the right side.
        on (dated.utm_source is not distinct from sources.utm_source)
            and (dated.utm_medium is not distinct from sources.utm_medium)
            and (dated.utm_campaign is not distinct from sources.utm_campaign)
            and (dated.click_id_kind is not distinct from sources.click_id_kind)
            and (dated.referrer_host is not distinct from sources.referrer_host)
            and (dated.landing_host is not distinct from sources.landing_host)
            and (dated.channel is not distinct from sources.given_channel)
            and dated.lists_of = sources.lists_of
    left join reference.campaign_pages as pages
        on case when sources.direct_reason = 'no_referrer'
            then url_part(dated.landing_url, 'path') end = pages.page
)

select * from channelled
