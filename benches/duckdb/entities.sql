-- One table per business noun. Stored where more than one later table reads it.

-- Bots and broken clocks go before the deliveries are counted: every copy of a touch is equal to the first.
create table entities.touchpoints as
select
    lines.touch_id,
    lines.visitor_id,
    case
        when mediums.channel is not null then mediums.channel
        when coalesce(lines.utm_source, lines.utm_medium, lines.utm_campaign) is not null then 'unknown'
        when lines.referrer is null then 'direct'
        else coalesce(hosts.channel, 'referral')
    end as channel,
    lines.utm_campaign as campaign,
    lines.kind,
    lines.landing_url,
    lines.occurred_at as touched_at
from staging.touchpoints as lines
left join reference.utm_mediums as mediums on lower(lines.utm_medium) = mediums.utm_medium
left join reference.referrer_hosts as hosts on lower(split_part(lines.referrer, '/', 3)) = hosts.referrer_host
where lines.occurred_at >= getvariable('plausible_from') and lines.occurred_at < getvariable('plausible_until')
    and not coalesce(regexp_matches(lines.user_agent, 'bot|spider|crawler|headless', 'i'), false);

-- Counting the ids alone and removing the few second copies costs half of grouping the whole rows.
create temp table repeated_ids as
select touch_id from entities.touchpoints group by touch_id having count(*) > 1;

delete from entities.touchpoints
where rowid in (
    select touches.rowid
    from entities.touchpoints as touches
    semi join repeated_ids on touches.touch_id = repeated_ids.touch_id
    qualify row_number() over (partition by touches.touch_id order by touches.rowid) > 1
);

create table entities.lead_records as
with

given as (
    select
        lead_id as record_id, email, phone, title, industry, lead_source,
        case when status = 'Invalid' then coalesce(invalid_reason, 'no reason given') end as verdict,
        employees,
        coalesce(is_test, false) as is_test,
        created_at as captured_at
    from staging.leads
    union all
    select
        lead_id, email, phone, title, industry, lead_source,
        case when status = '无效' then coalesce(invalid_reason, 'no reason given') end,
        nullif(regexp_extract(size_band, '^[0-9]*'), '')::bigint,
        coalesce(starts_with(full_name, '测试'), false),
        created_at
    from staging.leads_cn
)

select
    given.* exclude (lead_source),
    coalesce(sources.channel, 'unknown') as channel
from given
left join reference.lead_sources as sources on lower(trim(given.lead_source)) = sources.lead_source;

create view entities.visitor_links as
select submission_id as link_id, visitor_id, email, phone, submitted_at as linked_at
from staging.forms;

create view entities.opportunities as
select opportunity_id, lead_id as record_id, currency, amount, is_won, closed_at
from staging.opportunities;

create view entities.orders as
select order_id, lead_id as record_id, currency, amount, ordered_at
from staging.orders;

create view entities.stage_events as
select lead_id as record_id, lower(stage) as stage, entered_at
from staging.stage_history;

-- Only what a person did, until the last day that counts, is ever read.
create table entities.activities as
select lead_id as record_id, direction, occurred_at
from staging.activities
where not coalesce(is_automated, false) and occurred_at < getvariable('until');

create view entities.spend_days as
select
    case campaign_type when 'Search' then 'paid_search' when 'Display' then 'display' else 'unknown' end as channel,
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
