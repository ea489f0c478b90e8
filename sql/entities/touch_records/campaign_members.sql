with

members as (
    select
        *,
        cast(created_at at time zone $time_zone as date) as created_date,
        cast(cast(responded_date as timestamp) at time zone $time_zone as timestamptz)
            as responded_day_at
    from entities.campaign_members
),

campaigns as (
    select * from entities.campaigns
),

-- When the row was last changed says nothing of when somebody responded.
responses as (
    select
        concat('response:', members.campaign_member_id) as touch_id,
        concat('record:', members.record_id) as visitor_id,
        'response' as kind,
        coalesce(campaigns.name, members.campaign_id) as utm_campaign,
        coalesce(kinds.channel, 'unassigned') as channel,
        case
            when members.responded_date is null then members.created_at
            when members.responded_date = members.created_date then members.created_at
            else members.responded_day_at
        end as touched_at,
        case
            when not coalesce(members.has_responded, false) then 'no_response'
            when members.record_id is null then 'no_record'
            when coalesce(members.responded_day_at, members.created_at) is null then 'no_date'
        end as drop_reason
    from members
    left join campaigns on members.campaign_id = campaigns.campaign_id
    left join reference.campaign_kinds as kinds on lower(btrim(campaigns.kind)) = kinds.kind
)

select * from responses
