with

records as (
    select
        coalesce(utm_source, '(none)') as utm_source,
        coalesce(utm_medium, '(none)') as utm_medium,
        coalesce(utm_campaign, '(none)') as utm_campaign,
        coalesce(click_id_kind, '(none)') as click_id_kind,
        coalesce(referrer_host, '(none)') as referrer_host,
        coalesce(landing_host, '(none)') as landing_host,
        coalesce(channel, '(none)') as given_channel,
        cast(touched_at at time zone $time_zone as date) as touched_date
    from entities.touch_records
),

-- What a channel depends on: few distinct rows, however many touches.
distinct_sources as (
    select distinct
        records.utm_source,
        records.utm_medium,
        records.utm_campaign,
        records.click_id_kind,
        records.referrer_host,
        records.landing_host,
        records.given_channel,
        periods.first_day as lists_of
    from reference.channel_periods as periods
    inner join records
        on records.touched_date >= periods.first_day
            and records.touched_date < coalesce(periods.until_day, date '9999-12-31')
),

cleaned as (
    select
        *,
        lower(btrim(nfkc(utm_source))) as source_tag,
        lower(btrim(nfkc(utm_medium))) as medium_tag,
        lower(btrim(nfkc(utm_campaign))) as campaign_tag,
        nullif(referrer_host, '(none)') as referrer,
        nullif(landing_host, '(none)') as landing
    from distinct_sources
),

-- Trackers write words where there is nothing. A referrer on the same site brings nobody.
tagged as (
    select
        *,
        case when source_tag not in ('', '(none)', '(not set)')
            then source_tag end as tagged_source,
        case when medium_tag not in ('', '(none)', '(not set)')
            then medium_tag end as tagged_medium,
        case when campaign_tag not in ('', '(none)', '(not set)')
            then campaign_tag end as campaign_key,
        coalesce(
            registrable_domain(referrer) = registrable_domain(landing) or referrer = landing,
            false
        ) as is_internal
    from cleaned
),

named as (
    select
        tagged.*,
        coalesce(tagged.tagged_source, tagged.tagged_medium, tagged.campaign_key) is not null
            as is_tagged,
        case
            when coalesce(tagged.tagged_source, tagged.tagged_medium, tagged.campaign_key)
                is not null then coalesce(tagged.tagged_source, '(not set)')
            when click_ids.click_id_kind is not null then click_ids.traffic_source
            when tagged.referrer is not null and not tagged.is_internal
                then regexp_replace(lower(tagged.referrer), '^www\.', '')
            else '(direct)'
        end as traffic_source,
        case
            when coalesce(tagged.tagged_source, tagged.tagged_medium, tagged.campaign_key)
                is not null then coalesce(tagged.tagged_medium, '(not set)')
            when click_ids.click_id_kind is not null then click_ids.traffic_medium
            when tagged.referrer is not null and not tagged.is_internal then 'referral'
            else '(none)'
        end as traffic_medium
    from tagged
    left join reference.click_ids as click_ids
        on tagged.click_id_kind = click_ids.click_id_kind
            and click_ids.valid_from <= tagged.lists_of
            and (click_ids.valid_until is null or click_ids.valid_until > tagged.lists_of)
),

looked_up as (
    select
        *,
        registrable_domain(traffic_source) as site,
        split_part(registrable_domain(traffic_source), '.', 1) as site_name,
        regexp_like(
            regexp_replace(traffic_source, '[^.]+$', ''),
            concat(
                '^((www[0-9]?|m|wap|mobile|search|images?|r|[a-z]{2})\.)*',
                regexp_replace(registrable_domain(traffic_source), '[^.]+$', ''),
                '$'
            )
        ) as is_front
    from named
),

-- The source itself, its site (m.example.com is example.com), and for search engines the name before
-- the country (google.de is google). A site that searches or sells does so at its front: its mail,
-- its documents and its cloud are other things.
categorised as (
    select
        looked_up.*,
        coalesce(
            exact.category,
            case
                when looked_up.is_front or sites.category not in ('search', 'shopping')
                    then sites.category
            end,
            case
                when looked_up.is_front and engines.category = 'search' then engines.category
            end
        ) as category
    from looked_up
    left join reference.channel_sources as exact
        on looked_up.traffic_source = exact.source
            and exact.valid_from <= looked_up.lists_of
            and (exact.valid_until is null or exact.valid_until > looked_up.lists_of)
    left join reference.channel_sources as sites
        on looked_up.site = sites.source
            and sites.valid_from <= looked_up.lists_of
            and (sites.valid_until is null or sites.valid_until > looked_up.lists_of)
    left join reference.channel_sources as engines
        on looked_up.site_name = engines.source
            and engines.valid_from <= looked_up.lists_of
            and (engines.valid_until is null or engines.valid_until > looked_up.lists_of)
),

-- Tags may hold any character but this separator.
traffic_sources as (
    select
        md5(concat_ws(
            chr(31),
            utm_source,
            utm_medium,
            utm_campaign,
            click_id_kind,
            referrer_host,
            landing_host,
            given_channel,
            cast(lists_of as text)
        )) as traffic_source_id,
        utm_source,
        utm_medium,
        utm_campaign,
        click_id_kind,
        referrer_host,
        landing_host,
        given_channel,
        traffic_source,
        case
            when traffic_medium = 'referral' and not is_tagged and category = 'search'
                then 'organic'
            else traffic_medium
        end as traffic_medium,
        campaign_key,
        category,
        is_internal,
        lists_of
    from categorised
)

select * from traffic_sources
