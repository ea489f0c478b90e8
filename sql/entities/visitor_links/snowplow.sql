with

-- A site that logs people in by another name says nothing that a CRM would know.
logins as (
    select
        visitor_id,
        user_id as email,
        min(coalesce(derived_at, collected_at)) as linked_at
    from staging.snowplow__views
    where contains(user_id, '@')
    group by visitor_id, user_id
),

links as (
    select
        concat_ws(':', 'snowplow', visitor_id, md5(email)) as link_id,
        concat('snowplow:', visitor_id) as visitor_id,
        email,
        linked_at
    from logins
)

select * from links
