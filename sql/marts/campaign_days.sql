with

spend_days as (
    select
        platform,
        account_id,
        lower(btrim(nfkc(campaign))) as campaign_key,
        lower(btrim(nfkc(campaign_id))) as id_key,
        currency,
        spend,
        clicks,
        impressions,
        spend_date
    from entities.spend_days
),

channels as (
    select
        channels.traffic_source_id,
        coalesce(platforms.platform, '(none)') as platform,
        channels.campaign_key
    from entities.traffic_channels as channels
    left join reference.ad_platforms as platforms
        on channels.traffic_source = platforms.traffic_source
    where channels.campaign_key is not null
),

-- Tags name a campaign by its name or its id.
names as (
    select platform, account_id, campaign_key, currency, campaign_key as alias from spend_days
    union
    select platform, account_id, campaign_key, currency, id_key as alias from spend_days
),

-- A tag that fits several campaigns, or one in several accounts, is left to none of them.
known as (
    select
        platform,
        alias,
        min(account_id) as account_id,
        min(campaign_key) as campaign_key,
        min(currency) as currency
    from names
    group by platform, alias
    having count(*) = 1
),

ways as (
    select
        channels.traffic_source_id,
        channels.platform,
        coalesce(known.account_id, '(none)') as account_id,
        coalesce(known.campaign_key, channels.campaign_key) as campaign_key,
        coalesce(known.currency, '(none)') as currency
    from channels
    left join known
        on channels.platform = known.platform and channels.campaign_key = known.alias
),

-- Narrow first: touches of a way, visitor and day are one row.
visitor_touches as (
    select
        traffic_source_id,
        visitor_id,
        cast(touched_at at time zone $time_zone as date) as day,
        count(*) as touches
    from entities.touchpoints
    where campaign is not null
    group by traffic_source_id, visitor_id, cast(touched_at at time zone $time_zone as date)
),

visitors as (
    select
        ways.platform,
        ways.account_id,
        ways.campaign_key,
        ways.currency,
        visitor_touches.day,
        visitor_touches.visitor_id,
        sum(visitor_touches.touches) as touches
    from ways
    inner join visitor_touches on ways.traffic_source_id = visitor_touches.traffic_source_id
    group by
        ways.platform,
        ways.account_id,
        ways.campaign_key,
        ways.currency,
        visitor_touches.day,
        visitor_touches.visitor_id
),

session_days as (
    select
        traffic_source_id,
        cast(started_at at time zone $time_zone as date) as day,
        count(*) as sessions
    from entities.sessions
    group by traffic_source_id, cast(started_at at time zone $time_zone as date)
),

parts as (
    select
        platform,
        account_id,
        campaign_key,
        currency,
        spend_date as day,
        spend,
        clicks,
        impressions,
        0 as touches,
        0 as visitors,
        0 as sessions
    from spend_days
    union all
    select
        platform,
        account_id,
        campaign_key,
        currency,
        day,
        null as spend,
        null as clicks,
        null as impressions,
        touches,
        1 as visitors,
        0 as sessions
    from visitors
    union all
    select
        ways.platform,
        ways.account_id,
        ways.campaign_key,
        ways.currency,
        session_days.day,
        null as spend,
        null as clicks,
        null as impressions,
        0 as touches,
        0 as visitors,
        session_days.sessions
    from ways
    inner join session_days on ways.traffic_source_id = session_days.traffic_source_id
),

-- The sum of no known value is null, and so is the spend of a campaign nobody reports on.
campaign_days as (
    select
        platform,
        account_id,
        campaign_key,
        currency,
        cast(sum(spend) as decimal(28,4)) as spend,
        sum(clicks) as clicks,
        sum(impressions) as impressions,
        sum(touches) as touches,
        sum(visitors) as visitors,
        sum(sessions) as sessions,
        count(spend) > 0 as is_spend_known,
        sum(touches) > 0 as is_tagged,
        day
    from parts
    group by platform, account_id, campaign_key, currency, day
)

select * from campaign_days
