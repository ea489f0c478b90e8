with

identifies as (
    select * from staging.segment__identifies
),

last_times as (
    select
        user_id,
        max(concat(to_char(identified_at, '%Y%m%d%H%M%S%f'), message_id)) as last_call
    from identifies
    where user_id is not null and (email is not null or phone is not null)
    group by user_id
),

-- What a login is known by: its last call that said so.
logins as (
    select distinct
        identifies.user_id,
        identifies.full_name,
        identifies.email,
        identifies.phone
    from identifies
    inner join last_times
        on identifies.user_id = last_times.user_id
            and concat(to_char(identifies.identified_at, '%Y%m%d%H%M%S%f'), identifies.message_id)
                = last_times.last_call
),

calls as (
    select
        anonymous_id,
        user_id,
        coalesce(timed_at, received_at) as seen_at
    from staging.segment__pages
    union all
    select
        anonymous_id,
        user_id,
        coalesce(timed_at, received_at) as seen_at
    from staging.segment__tracks
    union all
    select
        anonymous_id,
        user_id,
        identified_at as seen_at
    from identifies
),

-- The same login on another device.
seen as (
    select
        anonymous_id,
        user_id,
        min(seen_at) as linked_at
    from calls
    where user_id is not null
    group by anonymous_id, user_id
),

unnamed as (
    select
        message_id,
        anonymous_id,
        full_name,
        email,
        phone,
        identified_at
    from identifies
    where user_id is null and (email is not null or phone is not null)
),

links as (
    select
        concat_ws(':', 'segment', seen.anonymous_id, seen.user_id) as link_id,
        concat('segment:', seen.anonymous_id) as visitor_id,
        logins.full_name,
        logins.email,
        logins.phone,
        seen.linked_at
    from seen
    inner join logins on seen.user_id = logins.user_id
    union all
    select
        concat('segment:', message_id) as link_id,
        concat('segment:', anonymous_id) as visitor_id,
        min(full_name) as full_name,
        min(email) as email,
        min(phone) as phone,
        min(identified_at) as linked_at
    from unnamed
    group by message_id, anonymous_id
)

select * from links
