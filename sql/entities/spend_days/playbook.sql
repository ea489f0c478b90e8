with

days as (
    select * from staging.playbook__ad_spend
),

-- The media of this set are named as the channels are.
spend as (
    select
        coalesce(platforms.platform, '(none)') as platform,
        '(none)' as account_id,
        days.utm_campaign as campaign_id,
        '(all)' as ad_id,
        coalesce(rules.channel, 'unassigned') as channel,
        days.utm_campaign as campaign,
        'XXX' as currency,
        days.spend,
        days.spend_date
    from days
    left join reference.ad_platforms as platforms on days.utm_source = platforms.traffic_source
    left join reference.channel_rules as rules on days.utm_medium = rules.channel
)

select * from spend
