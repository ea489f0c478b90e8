with

-- Few visitors convert: their list is the small side of the join with all touches.
visitors as (
    select * from journey.visitors
),

-- A timestamp as a number is in microseconds.
considered as (
    select
        visitors.conversion_id,
        visitors.person_id,
        touches.touch_id,
        touches.channel,
        touches.campaign,
        touches.kind,
        cast(visitors.converted_at as bigint) - cast(touches.touched_at as bigint) as age_us,
        touches.touched_at <= visitors.after_at as is_before_previous,
        touches.touched_at
    from entities.touchpoints as touches
    inner join visitors on touches.visitor_id = visitors.visitor_id
    where (visitors.from_at is null or touches.touched_at >= visitors.from_at)
        and (visitors.until_at is null or touches.touched_at < visitors.until_at)
),

judged as (
    select
        conversion_id,
        touch_id,
        person_id,
        channel,
        campaign,
        kind,
        case
            when age_us < 0 then 'after_conversion'
            when age_us = 0 and $touch_at_conversion = 'excluded' then 'after_conversion'
            when is_before_previous then 'before_previous'
            when age_us > $lookback_days * 86400000000 then 'outside_window'
        end as excluded_reason,
        age_us / 86400000000.0 as age_days,
        touched_at
    from considered
)

select * from judged
