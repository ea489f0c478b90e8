with

touches as (
    select * from staging.demo__touchpoints
),

-- A repeated delivery is equal to the first; the first in file order stays.
repeats as (
    select * from staging.demo__repeated_touches
),

channelled as (
    select
        touches.touch_id,
        touches.visitor_id,
        case
            when mediums.channel is not null then mediums.channel
            when touches.utm_source is not null then 'unknown'
            when touches.utm_medium is not null then 'unknown'
            when touches.utm_campaign is not null then 'unknown'
            when touches.referrer is null then 'direct'
            else coalesce(hosts.channel, 'referral')
        end as channel,
        touches.utm_campaign as campaign,
        touches.kind,
        touches.landing_url,
        touches.occurred_at as touched_at,
        case
            when repeats.first_place is not null and repeats.first_place
                <> concat(touches._file, ':', lpad(cast(touches._line as text), 12, '0'))
                then 'duplicate'
            when regexp_like(lower(touches.user_agent), 'bot|spider|crawler|headless')
                then 'bot'
            when touches.occurred_at < cast($plausible_from as timestamptz)
                then 'implausible_time'
            when touches.occurred_at >= cast($plausible_until as timestamptz)
                then 'implausible_time'
        end as drop_reason
    from touches
    left join reference.utm_mediums as mediums
        on lower(touches.utm_medium) = mediums.utm_medium
    left join reference.referrer_hosts as hosts
        on lower(split_part(touches.referrer, '/', 3)) = hosts.referrer_host
    left join repeats on touches.touch_id = repeats.touch_id
)

select * from channelled
