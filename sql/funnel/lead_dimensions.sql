with

leads as (
    select * from identity.leads
),

-- The touch that made the lead carries the campaign.
creations as (
    select
        conversions.lead_id,
        min(steps.campaign) as campaign
    from journey.conversions as conversions
    inner join journey.steps as steps on conversions.conversion_id = steps.conversion_id
    where conversions.anchor = 'lead' and steps.is_lead_creation
    group by conversions.lead_id
),

-- The first opportunity of a lead says what it is about.
lines as (
    select
        members.lead_id,
        first_value(opportunities.product_line
            order by opportunities.created_at, opportunities.opportunity_id) as product_line
    from identity.members as members
    inner join entities.opportunities as opportunities
        on members.contact_id = concat('lead:', opportunities.record_id)
    where members.lead_id is not null
        and cast(opportunities.created_at at time zone $time_zone as date) <= $as_of
    group by members.lead_id
),

described as (
    select
        leads.*,
        creations.campaign,
        lines.product_line,
        case
            when leads.employees >= 1000 then 'enterprise'
            when leads.employees >= 100 then 'mid-size'
            when leads.employees >= 0 then 'small'
        end as segment
    from leads
    left join creations on leads.lead_id = creations.lead_id
    left join lines on leads.lead_id = lines.lead_id
),

-- To look at leads by something else, add a part.
parts as (
    select lead_id, '(all)' as dimension, '(all)' as part from described
    union all
    select lead_id, 'channel', channel from described
    union all
    select lead_id, 'campaign', campaign from described
    union all
    select lead_id, 'owner', owner_id from described
    union all
    select lead_id, 'product_line', product_line from described
    union all
    select lead_id, 'region', region from described
    union all
    select lead_id, 'segment', segment from described
    union all
    select lead_id, 'source', source from described
),

dimensions as (
    select
        lead_id,
        dimension,
        coalesce(nullif(btrim(part), ''), '(unknown)') as part
    from parts
)

select * from dimensions
