with

events as (
    select
        *,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.ga4__events
),

-- An event may be exported twice; the first in file order stays.
first_rows as (
    select
        event_id,
        min(place) as place
    from events
    group by event_id
),

clicked as (
    select
        *,
        case
            when gclid is not null then 'gclid'
            when dclid is not null then 'dclid'
            when url_parameter(page_location, 'gclid') is not null then 'gclid'
            when url_parameter(page_location, 'wbraid') is not null then 'wbraid'
            when url_parameter(page_location, 'gbraid') is not null then 'gbraid'
            when url_parameter(page_location, 'dclid') is not null then 'dclid'
            when url_parameter(page_location, 'msclkid') is not null then 'msclkid'
            when url_parameter(page_location, 'fbclid') is not null then 'fbclid'
            when url_parameter(page_location, 'ttclid') is not null then 'ttclid'
            when url_parameter(page_location, 'li_fat_id') is not null then 'li_fat_id'
            when url_parameter(page_location, 'bd_vid') is not null then 'bd_vid'
        end as click_id_kind,
        coalesce(manual_source, manual_medium, manual_campaign, manual_campaign_id) is not null
            as is_tagged
    from events
),

-- A click that Google Ads tagged by its id alone has a campaign only in the session's last click.
named as (
    select
        *,
        not is_tagged
            and click_id_kind in ('gclid', 'wbraid', 'gbraid')
            and google_ads_campaign is not null as is_auto_tagged
    from clicked
),

-- traffic_source of the export is that of the user's first visit ever and is left aside.
records as (
    select
        named.event_id as touch_id,
        concat('ga4:', coalesce(named.user_pseudo_id, '(none)')) as visitor_id,
        case when named.ga_session_id is not null
            then concat(named.user_pseudo_id, '.', named.ga_session_id) end as session_id,
        case named.event_name
            when 'page_view' then 'page_view'
            when 'generate_lead' then 'form'
            when 'form_submit' then 'form'
            when 'purchase' then 'conversion'
            else 'event'
        end as kind,
        case when named.is_auto_tagged then 'google' else named.manual_source end as utm_source,
        case when named.is_auto_tagged then 'cpc' else named.manual_medium end as utm_medium,
        case when named.is_auto_tagged then named.google_ads_campaign
            else coalesce(named.manual_campaign, named.manual_campaign_id) end as utm_campaign,
        named.manual_term as utm_term,
        named.manual_content as utm_content,
        named.click_id_kind,
        url_part(named.page_referrer, 'host') as referrer_host,
        url_part(named.page_location, 'host') as landing_host,
        named.page_location as landing_url,
        named.country,
        case named.analytics_storage when 'Yes' then true when 'No' then false end as has_consent,
        named.event_at as touched_at,
        case
            when named.place <> first_rows.place then 'duplicate'
            -- What Analytics adds by itself to a page view.
            when named.event_name in ('session_start', 'first_visit', 'user_engagement', 'scroll')
                then 'not_a_touch'
        end as drop_reason
    from named
    left join first_rows on named.event_id = first_rows.event_id
)

select * from records
