with

touches as (
    select * from staging.demo__touchpoints
),

-- A repeated delivery is equal to the first; the first in file order stays.
repeats as (
    select * from staging.demo__repeated_touches
),

records as (
    select
        touches.touch_id,
        touches.visitor_id,
        touches.kind,
        touches.utm_source,
        touches.utm_medium,
        touches.utm_campaign,
        url_part(touches.referrer, 'host') as referrer_host,
        url_part(touches.landing_url, 'host') as landing_host,
        touches.landing_url,
        touches.user_agent,
        touches.occurred_at as touched_at,
        case
            when repeats.first_place <> concat(
                touches._file, ':', lpad(cast(touches._line as text), 12, '0')
            ) then 'duplicate'
        end as drop_reason
    from touches
    left join repeats on touches.touch_id = repeats.touch_id
)

select * from records
