with

anchors as (
    select
        anchor,
        row_number() over (order by anchor) - 1 as place
    from (select distinct anchor from journey.conversions)
),

-- Who reached what, a bit for each anchor.
reached as (
    select
        conversions.person_id,
        bit_or(1 << anchors.place) as reached
    from journey.conversions as conversions
    inner join anchors on conversions.anchor = anchors.anchor
    where conversions.person_id is not null
    group by conversions.person_id
),

-- Who is not known is a visitor. In each join the small side stands left, where it is held in memory.
named as (
    select
        coalesce(visitors.person_id, concat('visitor:', touches.visitor_id)) as seen_id,
        touches.channel,
        touches.kind,
        touches.touched_at
    from identity.visitors as visitors
    right join entities.touchpoints as touches
        on visitors.visitor_id = touches.visitor_id
            and (visitors.from_at is null or touches.touched_at >= visitors.from_at)
            and (visitors.until_at is null or touches.touched_at < visitors.until_at)
),

-- Of one microsecond the kind of touch decides, with room for 16.
seen as (
    select
        named.seen_id,
        replace(replace(named.channel, '%', '%25'), '>', '%3E') as channel,
        cast(named.touched_at as bigint) * 16 + coalesce(priorities.priority, 0) as place
    from reference.touch_priorities as priorities
    right join named on priorities.kind = named.kind
),

-- As long as a path to a conversion would be.
ordered as (
    select
        seen_id,
        ordered_by(
            array_agg(channel), array_agg(place), $lookback_days * 86400000000 * 16
        ) as channels
    from seen
    group by seen_id
),

directed as (
    select
        seen_id,
        case
            when $direct_touches = 'kept' then channels
            when coalesce(array_length(array_remove_all(channels, 'direct')), 0) = 0 then channels
            when $direct_touches = 'removed' then array_remove_all(channels, 'direct')
            else string_to_array(
                regexp_replace(
                    array_to_string(channels, ' > '), '( > direct)+$', ''
                ),
                ' > '
            )
        end as channels
    from ordered
),

transformed as (
    select
        seen_id,
        case $path_transform
            when 'exposure' then collapse_runs(array_to_string(channels, ' > '), ' > ')
            when 'first' then array_to_string(array_distinct(channels), ' > ')
            else array_to_string(channels, ' > ')
        end as path
    from directed
),

grouped as (
    select
        transformed.path,
        coalesce(reached.reached, 0) as reached,
        count(*) as journeys
    from reached
    right join transformed on reached.person_id = transformed.seen_id
    group by transformed.path, coalesce(reached.reached, 0)
),

open_paths as (
    select
        anchors.anchor,
        grouped.path,
        sum(grouped.journeys) as journeys
    from grouped
    cross join anchors
    where grouped.reached & (1 << anchors.place) = 0
    group by anchors.anchor, grouped.path
)

select * from open_paths
