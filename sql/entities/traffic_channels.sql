-- Google Analytics' default channel group for manual traffic: 18 rules in order, the first that fits, on lower-case text
-- (support.google.com/analytics/answer/9756891). Order decides: `cpm` is display only where no rule for paid traffic took it before.
with

sources as (
    select
        *,
        coalesce(campaign_key, '') as campaign,
        regexp_like(traffic_medium, '^(.*cp.*|ppc|retargeting|paid.*)$') as is_paid,
        coalesce(category = 'shopping', false)
            or coalesce(regexp_like(campaign_key, '^(.*(([^a-df-z]|^)shop|shopping).*)$'), false)
            as is_shopping
    from entities.traffic_sources
),

-- The first override that fits.
overridden as (
    select
        sources.traffic_source_id,
        min(overrides.ordinal) as ordinal
    from sources
    inner join reference.channel_overrides as overrides
        on sources.traffic_medium = coalesce(overrides.traffic_medium, sources.traffic_medium)
            and sources.traffic_source = coalesce(overrides.traffic_source, sources.traffic_source)
            and overrides.valid_from <= sources.lists_of
            and (overrides.valid_until is null or overrides.valid_until > sources.lists_of)
    group by sources.traffic_source_id
),

ruled as (
    select
        sources.*,
        overrides.channel as override,
        case
            when sources.traffic_source = '(direct)'
                and sources.traffic_medium in ('(none)', '(not set)') then 1
            when contains(sources.campaign, 'cross-network') then 2
            when sources.is_shopping and sources.is_paid then 3
            when sources.category = 'search' and sources.is_paid then 4
            when sources.category = 'social' and sources.is_paid then 5
            when sources.category = 'video' and sources.is_paid then 6
            when sources.traffic_medium in
                ('display', 'banner', 'expandable', 'interstitial', 'cpm') then 7
            when sources.is_paid then 8
            when sources.is_shopping then 9
            when sources.category = 'social' or sources.traffic_medium in (
                'social', 'social-network', 'social-media', 'sm', 'social network', 'social media'
            ) then 10
            when sources.category = 'video' or contains(sources.traffic_medium, 'video') then 11
            when sources.category = 'search' or sources.traffic_medium = 'organic' then 12
            when sources.traffic_medium in ('referral', 'app', 'link') then 13
            when sources.traffic_source in ('email', 'e-mail', 'e_mail', 'e mail')
                or sources.traffic_medium in ('email', 'e-mail', 'e_mail', 'e mail') then 14
            when sources.traffic_medium = 'affiliate' then 15
            when sources.traffic_medium = 'audio' then 16
            when sources.traffic_source = 'sms' or sources.traffic_medium = 'sms' then 17
            when ends_with(sources.traffic_medium, 'push')
                or contains(sources.traffic_medium, 'mobile')
                or contains(sources.traffic_medium, 'notification')
                or sources.traffic_source = 'firebase' then 18
            else 19
        end as rule
    from sources
    left join overridden on sources.traffic_source_id = overridden.traffic_source_id
    left join reference.channel_overrides as overrides on overridden.ordinal = overrides.ordinal
),

decided as (
    select
        ruled.*,
        coalesce(nullif(ruled.given_channel, '(none)'), ruled.override, rules.channel) as channel,
        case
            when ruled.given_channel <> '(none)' then 'given'
            when ruled.override is not null then 'override'
            else cast(ruled.rule as text)
        end as decided_by
    from ruled
    inner join reference.channel_rules as rules on ruled.rule = rules.rule
),

-- Direct is where failed tracking ends up; what is known of the failure is said.
channels as (
    select
        traffic_source_id,
        utm_source,
        utm_medium,
        utm_campaign,
        click_id_kind,
        referrer_host,
        landing_host,
        given_channel,
        traffic_source,
        traffic_medium,
        campaign_key,
        channel,
        decided_by,
        case
            when channel <> 'direct' then null
            when click_id_kind <> '(none)' then 'click_id_without_utm'
            when is_internal then 'internal'
            else 'no_referrer'
        end as direct_reason,
        lists_of
    from decided
)

select * from channels
