with

memberships as (
    select
        *,
        lower(btrim(last_name)) as name_key
    from staging.zoho__campaign_members
),

-- Some campaigns differ in case only: their names are taken as written.
campaigns as (
    select
        name,
        min(campaign_id) as campaign_id
    from staging.zoho__campaigns
    group by name
    having count(*) = 1
),

leads as (
    select
        lead_id,
        lower(btrim(last_name)) as name_key
    from staging.zoho__leads
),

-- Leads of a name, ...
namesakes as (
    select
        name_key,
        count(*) as leads,
        min(lead_id) as lead_id
    from leads
    group by name_key
),

-- ... and of them those whose deal names the campaign.
campaign_leads as (
    select
        potentials.campaign_id,
        leads.name_key,
        count(*) as leads,
        min(leads.lead_id) as lead_id
    from staging.zoho__potentials as potentials
    inner join leads on potentials.lead_id = leads.lead_id
    group by potentials.campaign_id, leads.name_key
),

-- A lead is in a campaign once: two memberships of one name cannot both be that lead's.
repeats as (
    select
        campaign_name,
        name_key,
        count(*) as memberships
    from memberships
    group by campaign_name, name_key
),

matched as (
    select
        memberships.*,
        campaigns.campaign_id,
        namesakes.lead_id as name_lead_id,
        campaign_leads.lead_id as deal_lead_id,
        case
            when namesakes.leads = 1 then 'name'
            when campaign_leads.leads = 1 and repeats.memberships = 1 then 'deal'
        end as matched_by,
        coalesce(namesakes.leads, 0) as leads
    from memberships
    left join campaigns on memberships.campaign_name = campaigns.name
    left join namesakes on memberships.name_key = namesakes.name_key
    left join campaign_leads
        on campaigns.campaign_id = campaign_leads.campaign_id
            and memberships.name_key = campaign_leads.name_key
    left join repeats
        on memberships.campaign_name = repeats.campaign_name
            and memberships.name_key = repeats.name_key
),

members as (
    select
        concat('zoho:', _file, ':', cast(_line as text)) as campaign_member_id,
        'zoho:' || coalesce(campaign_id, campaign_name) as campaign_id,
        'zoho:lead:' || case matched_by
            when 'name' then name_lead_id
            when 'deal' then deal_lead_id
        end as record_id,
        status,
        matched_by,
        case when matched_by is not null then cast(1 as bigint) else leads end as candidates,
        status = 'Responded' as has_responded,
        modified_at
    from matched
)

select * from members
