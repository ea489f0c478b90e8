-- One table per business noun. Stored where more than one later table reads it.

-- Bots and broken clocks go before the deliveries are counted: every copy of a touch is equal to the first.
create temp table touch_records as
select
    touch_id, visitor_id, utm_source, utm_medium, utm_campaign,
    lower(split_part(referrer, '/', 3)) as referrer_host,
    lower(split_part(landing_url, '/', 3)) as landing_host,
    kind, landing_url,
    occurred_at as touched_at
from staging.touchpoints
where occurred_at >= getvariable('plausible_from') and occurred_at < getvariable('plausible_until')
    and not coalesce(
        regexp_matches(user_agent, 'bot|spider|crawl|slurp|headless|lighthouse|python-requests', 'i'), false
    );

-- Counting the ids alone and removing the few second copies costs half of grouping the whole rows.
create temp table repeated_ids as
select touch_id from touch_records group by touch_id having count(*) > 1;

delete from touch_records
where rowid in (
    select touches.rowid
    from touch_records as touches
    semi join repeated_ids on touches.touch_id = repeated_ids.touch_id
    qualify row_number() over (partition by touches.touch_id order by touches.rowid) > 1
);

-- The last two labels: enough for the hosts of the data.
create macro site(host) as array_to_string(list_slice(string_split(host, '.'), -2, -1), '.');

-- Google's 18 rules over the distinct ways in, as in sql/entities/traffic_channels.sql.
create temp table traffic as
with

ways as (
    select distinct utm_source, utm_medium, utm_campaign, referrer_host, landing_host from touch_records
),

named as (
    select
        *,
        coalesce(utm_source, utm_medium, utm_campaign) is not null as is_tagged,
        referrer_host is not null and site(referrer_host) is distinct from site(landing_host) as is_referred
    from ways
),

worded as (
    select
        * exclude (is_tagged, is_referred),
        case
            when is_tagged then coalesce(lower(trim(utm_source)), '(not set)')
            when is_referred then regexp_replace(referrer_host, '^www\.', '')
            else '(direct)'
        end as source,
        case when is_tagged then coalesce(lower(trim(utm_medium)), '(not set)') when is_referred then 'referral' else '(none)' end as medium,
        coalesce(lower(trim(utm_campaign)), '') as campaign
    from named
),

categorised as (
    select
        worded.*,
        coalesce(exact.category, sites.category, case when engines.category = 'search' then 'search' end, '') as category,
        regexp_matches(medium, '^(.*cp.*|ppc|retargeting|paid.*)$') as is_paid,
        coalesce(exact.category, sites.category, '') = 'shopping'
            or regexp_matches(campaign, '^(.*(([^a-df-z]|^)shop|shopping).*)$') as is_shopping
    from worded
    left join reference.channel_sources as exact on worded.source = exact.source
    left join reference.channel_sources as sites on site(worded.source) = sites.source
    left join reference.channel_sources as engines on split_part(site(worded.source), '.', 1) = engines.source
)

select
    utm_source, utm_medium, utm_campaign, referrer_host, landing_host,
    -- The key of a way, as in sql/entities/traffic_sources.sql.
    md5(concat_ws(
        chr(31),
        coalesce(utm_source, '(none)'), coalesce(utm_medium, '(none)'), coalesce(utm_campaign, '(none)'), '(none)',
        coalesce(referrer_host, '(none)'), coalesce(landing_host, '(none)'), '(none)',
        (select min(valid_from) from reference.channel_sources)::text
    )) as traffic_source_id,
    case
        when overrides.channel is not null then overrides.channel
        when source = '(direct)' and medium in ('(none)', '(not set)') then 'direct'
        when contains(campaign, 'cross-network') then 'cross_network'
        when is_shopping and is_paid then 'paid_shopping'
        when category = 'search' and is_paid then 'paid_search'
        when category = 'social' and is_paid then 'paid_social'
        when category = 'video' and is_paid then 'paid_video'
        when medium in ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 'display'
        when is_paid then 'paid_other'
        when is_shopping then 'organic_shopping'
        when category = 'social'
            or medium in ('social', 'social-network', 'social-media', 'sm', 'social network', 'social media') then 'organic_social'
        when category = 'video' or contains(medium, 'video') then 'organic_video'
        when category = 'search' or medium = 'organic' then 'organic_search'
        when medium in ('referral', 'app', 'link') then 'referral'
        when source in ('email', 'e-mail', 'e_mail', 'e mail') or medium in ('email', 'e-mail', 'e_mail', 'e mail') then 'email'
        when medium = 'affiliate' then 'affiliates'
        when medium = 'audio' then 'audio'
        when source = 'sms' or medium = 'sms' then 'sms'
        when medium like '%push' or contains(medium, 'mobile') or contains(medium, 'notification') or source = 'firebase'
            then 'mobile_push'
        else 'unassigned'
    end as channel
from categorised
left join reference.channel_overrides as overrides
    on medium = coalesce(overrides.traffic_medium, medium) and source = coalesce(overrides.traffic_source, source)
qualify row_number() over (
    partition by utm_source, utm_medium, utm_campaign, referrer_host, landing_host order by overrides.ordinal
) = 1;

create table entities.touchpoints as
select
    records.touch_id,
    records.visitor_id,
    traffic.traffic_source_id,
    traffic.channel,
    records.utm_campaign as campaign,
    records.kind,
    records.landing_url,
    records.touched_at
from touch_records as records
inner join traffic
    on records.utm_source is not distinct from traffic.utm_source
        and records.utm_medium is not distinct from traffic.utm_medium
        and records.utm_campaign is not distinct from traffic.utm_campaign
        and records.referrer_host is not distinct from traffic.referrer_host
        and records.landing_host is not distinct from traffic.landing_host;

drop table touch_records;

create table entities.lead_records as
with

given as (
    select
        lead_id as record_id, email, phone, title, industry, country as region, lead_source,
        case when status = 'Invalid' then coalesce(invalid_reason, 'no reason given') end as verdict,
        employees,
        coalesce(is_test, false) as is_test,
        created_at as captured_at
    from staging.leads
    union all
    select
        lead_id, email, phone, title, industry, province, lead_source,
        case when status = '无效' then coalesce(invalid_reason, 'no reason given') end,
        nullif(regexp_extract(size_band, '^[0-9]*'), '')::bigint,
        coalesce(starts_with(full_name, '测试'), false),
        created_at
    from staging.leads_cn
)

select
    given.* exclude (lead_source),
    coalesce(sources.channel, 'unassigned') as channel
from given
left join reference.lead_sources as sources on lower(trim(given.lead_source)) = sources.lead_source;

create view entities.visitor_links as
select submission_id as link_id, visitor_id, email, phone, submitted_at as linked_at
from staging.forms;

create view entities.opportunities as
select opportunity_id, lead_id as record_id, currency, amount, is_won, created_at, closed_at
from staging.opportunities;

create view entities.orders as
select order_id, lead_id as record_id, currency, amount, ordered_at
from staging.orders;

create view entities.stage_events as
select lead_id as record_id, lower(stage) as stage, entered_at
from staging.stage_history;

-- Only what a person did, until the last day that counts, is ever read.
create table entities.activities as
select activity_id, lead_id as record_id, direction, occurred_at
from staging.activities
where not coalesce(is_automated, false) and occurred_at < getvariable('until');

create view entities.spend_days as
select
    case campaign_type when 'Search' then 'paid_search' when 'Display' then 'display' else 'unassigned' end as channel,
    currency,
    (cost_micros::decimal(19,0) * 0.000001::decimal(7,6))::decimal(18,4) as spend,
    spend_date
from staging.google_ads
union all
select 'paid_social', currency, spend, spend_date from staging.linkedin_ads
union all
select 'paid_search', 'CNY', spend, spend_date from staging.baidu_ads;

create table entities.fx_rates as
select currency, 'CNY' as to_currency, rate_cny as rate, rate_date
from staging.fx_rates;
