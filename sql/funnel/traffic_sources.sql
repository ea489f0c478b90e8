with

days as (
    select
        traffic_source_id,
        cast(touched_at at time zone $time_zone as date) as touched_date
    from entities.touchpoints
),

touched as (
    select
        traffic_source_id,
        count(*) as touches,
        min(touched_date) as first_date,
        max(touched_date) as last_date
    from days
    where touched_date <= $as_of
    group by traffic_source_id
),

sources as (
    select
        channels.traffic_source_id,
        channels.traffic_source,
        channels.traffic_medium,
        channels.campaign_key,
        channels.click_id_kind,
        channels.referrer_host,
        channels.landing_host,
        channels.channel,
        channels.decided_by,
        touched.touches,
        channels.channel <> 'unassigned' as is_mapped,
        touched.first_date,
        touched.last_date
    from entities.traffic_channels as channels
    inner join touched on channels.traffic_source_id = touched.traffic_source_id
)

select * from sources
