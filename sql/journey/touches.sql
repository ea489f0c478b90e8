with

considered as (
    select
        considered.conversion_id,
        considered.touch_id,
        considered.person_id,
        considered.channel,
        considered.campaign,
        coalesce(priorities.priority, 0) as priority,
        considered.age_days,
        considered.touched_at
    from reference.touch_priorities as priorities
    right join journey.considered_touches as considered on priorities.kind = considered.kind
    where considered.excluded_reason is null
),

-- Direct visits count where there is nothing else.
others as (
    select
        conversion_id,
        max(touched_at) as last_other_at
    from journey.considered_touches
    where excluded_reason is null and channel <> 'direct'
    group by conversion_id
),

directed as (
    select
        considered.*,
        case
            when considered.channel <> 'direct' or others.conversion_id is null then null
            when $direct_touches = 'removed' then 'direct_removed'
            when $direct_touches = 'trimmed' and considered.touched_at > others.last_other_at
                then 'direct_trimmed'
        end as direct_reason
    from others
    right join considered on others.conversion_id = considered.conversion_id
),

ordered as (
    select
        *,
        lag(channel) over (
            partition by conversion_id, direct_reason is null
            order by touched_at, priority, touch_id
        ) as previous_channel,
        lag(touched_at) over (
            partition by conversion_id, direct_reason is null
            order by touched_at, priority, touch_id
        ) as previous_at,
        lead(touched_at) over (
            partition by conversion_id, direct_reason is null
            order by touched_at, priority, touch_id
        ) as next_at
    from directed
),

repeats as (
    select
        *,
        row_number() over (
            partition by conversion_id, direct_reason is null, channel
            order by touched_at, priority, touch_id
        ) as place_in_channel
    from ordered
),

judged as (
    select
        *,
        case
            when direct_reason is not null then direct_reason
            when $path_transform = 'exposure' and channel = previous_channel then 'repeated_exposure'
            when $path_transform = 'first' and place_in_channel > 1 then 'repeated_channel'
        end as excluded_reason
    from repeats
),

numbered as (
    select
        conversion_id,
        touch_id,
        person_id,
        channel,
        campaign,
        excluded_reason,
        case when excluded_reason is null then cast(
            row_number() over (
                partition by conversion_id, excluded_reason is null
                order by touched_at, priority, touch_id
            ) as bigint
        ) end as position,
        age_days,
        coalesce(touched_at = previous_at, false) or coalesce(touched_at = next_at, false)
            as is_tied,
        touched_at
    from judged
)

select * from numbered
