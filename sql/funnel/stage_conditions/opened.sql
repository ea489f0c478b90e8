with

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

opened as (
    select
        records.lead_id,
        'opportunity' as condition,
        opportunities.opportunity_id,
        opportunities.opportunity_id as evidence_id,
        opportunities.created_at as met_at
    from records
    inner join entities.opportunities as opportunities
        on records.record_id = opportunities.record_id
    where cast(opportunities.created_at at time zone $time_zone as date) <= $as_of
)

select * from opened
