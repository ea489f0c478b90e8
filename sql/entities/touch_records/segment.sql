with

calls as (
    select
        message_id,
        anonymous_id,
        'page_view' as kind,
        url,
        referrer,
        campaign_source,
        campaign_medium,
        campaign,
        campaign_term,
        campaign_content,
        user_agent,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place,
        timed_at,
        originated_at,
        sent_at,
        received_at
    from staging.segment__pages
    union all
    select
        message_id,
        anonymous_id,
        case event when 'form_submitted' then 'form' else 'event' end as kind,
        url,
        cast(null as text) as referrer,
        cast(null as text) as campaign_source,
        cast(null as text) as campaign_medium,
        cast(null as text) as campaign,
        cast(null as text) as campaign_term,
        cast(null as text) as campaign_content,
        user_agent,
        concat(_file, ':', lpad(cast(_line as text), 12, '0')) as place,
        timed_at,
        originated_at,
        sent_at,
        received_at
    from staging.segment__tracks
),

first_rows as (
    select
        message_id,
        min(place) as place
    from calls
    group by message_id
),

-- Both clocks of the device are off by the same: what passed between them is true.
timed as (
    select
        *,
        coalesce(
            timed_at,
            to_timestamp_micros(
                cast(received_at as bigint)
                    - (cast(sent_at as bigint) - cast(originated_at as bigint))
            ) at time zone 'UTC',
            received_at
        ) as touched_at
    from calls
),

-- Before the columns of the campaign exist its tags stand in the URL alone.
records as (
    select
        concat('segment:', timed.message_id) as touch_id,
        concat('segment:', timed.anonymous_id) as visitor_id,
        timed.kind,
        case when timed.kind = 'page_view'
            then coalesce(timed.campaign_source, url_parameter(timed.url, 'utm_source'))
        end as utm_source,
        case when timed.kind = 'page_view'
            then coalesce(timed.campaign_medium, url_parameter(timed.url, 'utm_medium'))
        end as utm_medium,
        case when timed.kind = 'page_view'
            then coalesce(timed.campaign, url_parameter(timed.url, 'utm_campaign'))
        end as utm_campaign,
        timed.campaign_term as utm_term,
        timed.campaign_content as utm_content,
        case
            when timed.kind <> 'page_view' then null
            when url_parameter(timed.url, 'gclid') is not null then 'gclid'
            when url_parameter(timed.url, 'wbraid') is not null then 'wbraid'
            when url_parameter(timed.url, 'gbraid') is not null then 'gbraid'
            when url_parameter(timed.url, 'dclid') is not null then 'dclid'
            when url_parameter(timed.url, 'msclkid') is not null then 'msclkid'
            when url_parameter(timed.url, 'fbclid') is not null then 'fbclid'
            when url_parameter(timed.url, 'ttclid') is not null then 'ttclid'
            when url_parameter(timed.url, 'li_fat_id') is not null then 'li_fat_id'
            when url_parameter(timed.url, 'bd_vid') is not null then 'bd_vid'
        end as click_id_kind,
        -- What is done on a page was brought by nobody but the page.
        case when timed.kind = 'page_view' then url_part(timed.referrer, 'host')
            else url_part(timed.url, 'host') end as referrer_host,
        url_part(timed.url, 'host') as landing_host,
        timed.url as landing_url,
        timed.user_agent,
        timed.touched_at,
        case when timed.place <> first_rows.place then 'duplicate' end as drop_reason
    from timed
    left join first_rows on timed.message_id = first_rows.message_id
)

select * from records
