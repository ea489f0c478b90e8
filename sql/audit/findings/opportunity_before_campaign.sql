with

opportunities as (
    select
        *,
        cast(created_at at time zone $time_zone as date) as created_date
    from entities.opportunities
),

campaigns as (
    select * from entities.campaigns
),

early as (
    select
        opportunities.source,
        'opportunities' as entity,
        opportunities.opportunity_id as entity_id,
        campaigns.campaign_id as related_id,
        concat(
            'created on ', to_char(opportunities.created_date, '%Y-%m-%d'),
            ', before its campaign began on ', to_char(campaigns.start_date, '%Y-%m-%d')
        ) as evidence
    from opportunities
    inner join campaigns on opportunities.campaign_id = campaigns.campaign_id
    where opportunities.created_date < campaigns.start_date
)

select * from early
