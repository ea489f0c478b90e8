with

opportunities as (
    select
        *,
        cast(cast(close_date as timestamp) at time zone $time_zone as timestamptz) as close_day_at
    from staging.salesforce__opportunities
),

-- Several leads may be converted into one opportunity: the first of them that still stands made it.
leads as (
    select
        converted_opportunity_id,
        first_value(lead_id order by created_at, lead_id) as lead_id
    from staging.salesforce__leads
    where converted_opportunity_id is not null
        and coalesce(is_current, true)
        and (master_record_id is not null or not coalesce(is_deleted, false))
    group by converted_opportunity_id
),

-- The day it closed is what sales says; a change of the stage on that day gives the hour.
named as (
    select
        concat('sf:', opportunities.opportunity_id) as opportunity_id,
        coalesce('sf:' || leads.lead_id, 'sf:' || opportunities.contact_id) as record_id,
        'sf:' || opportunities.account_id as account_id,
        'sf:' || opportunities.campaign_id as campaign_id,
        'sf:' || opportunities.owner_id as owner_id,
        opportunities.stage,
        opportunities.lead_source,
        case when opportunities.amount is not null
            then coalesce(opportunities.currency, $salesforce_currency) end as currency,
        opportunities.amount,
        case when opportunities.probability_percent between 0 and 100
            then opportunities.probability_percent / 100.0 end as probability,
        case when opportunities.is_closed then opportunities.is_won end as is_won,
        opportunities.close_date as expected_close_date,
        opportunities.created_at,
        case
            when not opportunities.is_closed then null
            when cast(opportunities.stage_changed_at at time zone $time_zone as date)
                = opportunities.close_date then opportunities.stage_changed_at
            else opportunities.close_day_at
        end as closed_at,
        case
            when not opportunities.is_current then 'superseded'
            when opportunities.is_deleted then 'deleted'
        end as drop_reason
    from opportunities
    left join leads on opportunities.opportunity_id = leads.converted_opportunity_id
)

select * from named
