with

untimely as (
    select
        conversion_id,
        touch_id,
        person_id,
        channel,
        campaign,
        excluded_reason,
        age_days,
        touched_at
    from journey.considered_touches
    where excluded_reason is not null
),

left_out as (
    select
        conversion_id,
        touch_id,
        person_id,
        channel,
        campaign,
        excluded_reason,
        age_days,
        touched_at
    from journey.touches
    where excluded_reason is not null
),

-- What counts for nothing has no channel.
refused as (
    select
        visitors.conversion_id,
        touches.touch_id,
        visitors.person_id,
        cast(null as text) as channel,
        cast(null as text) as campaign,
        touches.reason as excluded_reason,
        (cast(visitors.converted_at as bigint) - cast(touches.touched_at as bigint))
            / 86400000000.0 as age_days,
        touches.touched_at
    from journey.visitors as visitors
    inner join entities.refused_touches as touches on visitors.visitor_id = touches.visitor_id
    where (visitors.from_at is null or touches.touched_at >= visitors.from_at)
        and (visitors.until_at is null or touches.touched_at < visitors.until_at)
),

excluded as (
    select * from untimely
    union all
    select * from refused
    union all
    select * from left_out
)

select * from excluded
