with

views as (
    select
        *,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place
    from staging.snowplow__views
),

-- A view may stand in several rows; the first in file order stays.
first_rows as (
    select
        view_id,
        min(place) as place
    from views
    group by view_id
),

-- The package's own default_channel_group is not Google's order of rules and is left aside.
records as (
    select
        concat('snowplow:', views.view_id) as touch_id,
        concat('snowplow:', views.visitor_id) as visitor_id,
        views.session_id,
        'page_view' as kind,
        views.mkt_source as utm_source,
        views.mkt_medium as utm_medium,
        views.mkt_campaign as utm_campaign,
        views.mkt_term as utm_term,
        views.mkt_content as utm_content,
        case
            when url_parameter(views.url, 'gclid') is not null then 'gclid'
            when url_parameter(views.url, 'wbraid') is not null then 'wbraid'
            when url_parameter(views.url, 'gbraid') is not null then 'gbraid'
            when url_parameter(views.url, 'dclid') is not null then 'dclid'
            when url_parameter(views.url, 'msclkid') is not null then 'msclkid'
            when url_parameter(views.url, 'fbclid') is not null then 'fbclid'
            when url_parameter(views.url, 'ttclid') is not null then 'ttclid'
            when url_parameter(views.url, 'li_fat_id') is not null then 'li_fat_id'
            when url_parameter(views.url, 'bd_vid') is not null then 'bd_vid'
            when views.mkt_network = 'Google' then 'gclid'
            when views.mkt_network = 'DoubleClick' then 'dclid'
            when views.mkt_network = 'Microsoft' then 'msclkid'
            when views.mkt_network = 'Facebook' then 'fbclid'
        end as click_id_kind,
        url_part(views.referrer, 'host') as referrer_host,
        url_part(views.url, 'host') as landing_host,
        views.url as landing_url,
        views.user_agent,
        views.country,
        views.is_spider as is_bot,
        coalesce(views.derived_at, views.collected_at) as touched_at,
        case when views.place <> first_rows.place then 'duplicate' end as drop_reason
    from views
    left join first_rows on views.view_id = first_rows.view_id
)

select * from records
