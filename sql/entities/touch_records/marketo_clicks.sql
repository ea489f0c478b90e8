select
    concat('mkto:', activity_id) as touch_id,
    concat('mkto:', lead_id) as visitor_id,
    'email_click' as kind,
    url_parameter(link, 'utm_source') as utm_source,
    url_parameter(link, 'utm_medium') as utm_medium,
    url_parameter(link, 'utm_campaign') as utm_campaign,
    url_parameter(link, 'utm_term') as utm_term,
    url_parameter(link, 'utm_content') as utm_content,
    url_part(link, 'host') as landing_host,
    link as landing_url,
    'email' as channel,
    user_agent,
    occurred_at as touched_at
from staging.marketo__clicks
