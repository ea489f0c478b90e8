with

opportunities as (
    select
        lead_id,
        count(*) as opportunities,
        bool_or(conversion_kind = 'new opportunity') as is_new,
        min(created_date) as opportunity_date
    from funnel.lead_opportunities
    group by lead_id
),

-- What the CRM calls converted, or has made a contact of.
converted as (
    select
        records.lead_id,
        bool_or(
            records.is_continuation
            or coalesce(lead_records.is_converted, false)
            or lead_records.converted_to is not null
        ) as is_converted
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.lead_id is not null
    group by records.lead_id
),

conversions as (
    select
        converted.lead_id,
        case
            when opportunities.is_new then 'new opportunity'
            when not opportunities.is_new then 'existing opportunity'
            when converted.is_converted then 'contact only'
            else 'none'
        end as conversion_kind,
        coalesce(opportunities.opportunities, 0) as opportunities,
        opportunities.opportunity_date
    from converted
    left join opportunities on converted.lead_id = opportunities.lead_id
)

select * from conversions
