with

counted as (
    select
        source,
        count(*) as rows,
        count(session_id) as session_id,
        count(utm_source) as utm_source,
        count(utm_medium) as utm_medium,
        count(utm_campaign) as utm_campaign,
        count(click_id_kind) as click_id_kind,
        count(referrer_host) as referrer_host,
        count(landing_url) as landing_url,
        count(user_agent) as user_agent,
        count(country) as country,
        count(has_consent) as has_consent
    from entities.touch_records
    group by source
),

fields as (
    select
        source,
        unnest([
            'session_id',
            'utm_source',
            'utm_medium',
            'utm_campaign',
            'click_id_kind',
            'referrer_host',
            'landing_url',
            'user_agent',
            'country',
            'has_consent'
        ]) as field,
        rows,
        unnest([
            session_id,
            utm_source,
            utm_medium,
            utm_campaign,
            click_id_kind,
            referrer_host,
            landing_url,
            user_agent,
            country,
            has_consent
        ]) as filled
    from counted
)

select * from fields
