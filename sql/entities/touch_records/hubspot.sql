-- Of the pages a contact saw HubSpot's contact keeps the first.
select
    concat('hs:first:', contact_id) as touch_id,
    concat('hs:', contact_id) as visitor_id,
    'page_view' as kind,
    url_parameter(first_url, 'utm_source') as utm_source,
    url_parameter(first_url, 'utm_medium') as utm_medium,
    url_parameter(first_url, 'utm_campaign') as utm_campaign,
    url_parameter(first_url, 'utm_term') as utm_term,
    url_parameter(first_url, 'utm_content') as utm_content,
    case
        when google_click_id is not null then 'gclid'
        when facebook_click_id is not null then 'fbclid'
    end as click_id_kind,
    url_part(first_referrer, 'host') as referrer_host,
    url_part(first_url, 'host') as landing_host,
    first_url as landing_url,
    first_seen_at as touched_at
from staging.hubspot__contacts
where first_url is not null and first_seen_at is not null
