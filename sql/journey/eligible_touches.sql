with

conversions as (
    select
        conversion_id,
        person_id,
        converted_at,
        lag(converted_at) over (partition by person_id order by converted_at, conversion_id)
            as previous_at
    from journey.conversions
    where person_id is not null
),

visitors as (
    select * from identity.visitors
),

touches as (
    select * from entities.touchpoints
),

-- Few visitors convert: their list is the small side of the join with all touches.
converting as (
    select
        visitors.visitor_id,
        conversions.conversion_id,
        conversions.converted_at,
        case when $journey_scope = 'since_previous' then conversions.previous_at end as after_at,
        visitors.from_at,
        visitors.until_at
    from conversions
    inner join visitors on conversions.person_id = visitors.person_id
),

-- A timestamp as a number is in microseconds.
eligible as (
    select
        converting.conversion_id,
        touches.touch_id,
        touches.channel,
        touches.campaign,
        cast(converting.converted_at as bigint) - cast(touches.touched_at as bigint) as age_us,
        touches.touched_at
    from touches
    inner join converting on touches.visitor_id = converting.visitor_id
    where touches.touched_at <= converting.converted_at
        and (converting.after_at is null or touches.touched_at > converting.after_at)
        and (converting.from_at is null or touches.touched_at >= converting.from_at)
        and (converting.until_at is null or touches.touched_at < converting.until_at)
),

numbered as (
    select
        conversion_id,
        touch_id,
        channel,
        campaign,
        cast(
            row_number() over (partition by conversion_id order by touched_at, touch_id) as bigint
        ) as position,
        age_us / 86400000000.0 as age_days,
        touched_at
    from eligible
    where age_us <= $lookback_days * 86400000000
)

select * from numbered
