with

-- A site that logs people in by another name says nothing that a CRM would know.
logins as (
    select
        user_pseudo_id,
        user_id as email,
        min(event_at) as linked_at
    from staging.ga4__events
    where contains(user_id, '@') and user_pseudo_id is not null
    group by user_pseudo_id, user_id
),

links as (
    select
        concat_ws(':', 'ga4', user_pseudo_id, md5(email)) as link_id,
        concat('ga4:', user_pseudo_id) as visitor_id,
        email,
        linked_at
    from logins
)

select * from links
