with

sessions as (
    select
        visitor_id,
        channel,
        to_char(cast(started_at at time zone $time_zone as date), '%Y-%m') as month
    from entities.sessions
),

touches as (
    select
        channel,
        direct_reason,
        to_char(cast(touched_at at time zone $time_zone as date), '%Y-%m') as month
    from entities.touchpoints
),

-- Once per visitor first: a distinct count beside other counts holds every visitor of every group in memory.
visitors as (
    select
        channel,
        month,
        visitor_id,
        count(*) as sessions
    from sessions
    group by channel, month, visitor_id
),

visited as (
    select
        channel,
        month,
        sum(sessions) as sessions,
        count(*) as visitors
    from visitors
    group by channel, month
),

touched as (
    select
        channel,
        month,
        count(*) as touches,
        count(*) filter (where direct_reason = 'no_referrer') as no_referrer,
        count(*) filter (where direct_reason = 'untagged_campaign_landing')
            as untagged_campaign_landing,
        count(*) filter (where direct_reason = 'click_id_without_utm') as click_id_without_utm,
        count(*) filter (where direct_reason = 'internal') as internal
    from touches
    group by channel, month
),

-- A channel may have touches that brought no session, but no session without a touch; it may have begun in the month before.
places as (
    select channel, month from visited
    union
    select channel, month from touched
),

channel_sessions as (
    select
        places.channel,
        places.month,
        coalesce(visited.sessions, 0) as sessions,
        coalesce(visited.visitors, 0) as visitors,
        coalesce(touched.touches, 0) as touches,
        coalesce(touched.no_referrer, 0) as no_referrer,
        coalesce(touched.untagged_campaign_landing, 0) as untagged_campaign_landing,
        coalesce(touched.click_id_without_utm, 0) as click_id_without_utm,
        coalesce(touched.internal, 0) as internal
    from places
    left join visited on places.channel = visited.channel and places.month = visited.month
    left join touched on places.channel = touched.channel and places.month = touched.month
)

select * from channel_sessions
