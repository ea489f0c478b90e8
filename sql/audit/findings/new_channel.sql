with

-- Sites that send visitors of their own accord come and go; what we tag ourselves is told, too.
touches as (
    select
        touches.source,
        touches.channel,
        case when sources.traffic_medium not in ('(none)', 'referral', 'organic')
            then concat(sources.traffic_source, ' / ', sources.traffic_medium) end as way,
        count(*) as seen,
        min(cast(touches.touched_at at time zone $time_zone as date)) as first_date
    from funnel.traffic_sources as sources
    inner join entities.touchpoints as touches
        on sources.traffic_source_id = touches.traffic_source_id
    where cast(touches.touched_at at time zone $time_zone as date) <= $as_of
    group by
        touches.source,
        touches.channel,
        sources.traffic_source,
        sources.traffic_medium
),

records as (
    select
        source,
        channel,
        count(*) as seen,
        min(cast(captured_at at time zone $time_zone as date)) as first_date
    from entities.lead_records
    where cast(captured_at at time zone $time_zone as date) <= $as_of
    group by source, channel
),

seen as (
    select source, 'touchpoints' as entity, channel as entity_id, seen, first_date from touches
    union all
    select source, 'traffic_sources', way, seen, first_date from touches where way is not null
    union all
    select source, 'lead_records', channel, seen, first_date from records
),

firsts as (
    select
        source,
        entity,
        entity_id,
        cast(sum(seen) as bigint) as seen,
        min(first_date) as first_date
    from seen
    group by source, entity, entity_id
),

-- Where everything is new nothing is.
sources as (
    select
        source,
        entity,
        min(first_date) as first_date
    from firsts
    group by source, entity
),

findings as (
    select
        firsts.source,
        firsts.entity,
        firsts.entity_id,
        cast(null as text) as related_id,
        concat(
            'first seen on ', to_char(firsts.first_date, '%Y-%m-%d'), '; times since then: ',
            cast(firsts.seen as text)
        ) as evidence
    from sources
    inner join firsts on sources.source = firsts.source and sources.entity = firsts.entity
    where $as_of - firsts.first_date < $new_days and $as_of - sources.first_date >= $new_days
)

select * from findings
