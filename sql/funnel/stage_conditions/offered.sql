with

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

opportunities as (
    select opportunities.opportunity_id, records.lead_id
    from records
    inner join entities.opportunities as opportunities
        on records.record_id = opportunities.record_id
),

offered as (
    select
        opportunities.lead_id,
        'quote' as condition,
        opportunities.opportunity_id,
        quotes.quote_id as evidence_id,
        quotes.quoted_at as met_at
    from opportunities
    inner join entities.quotes as quotes on opportunities.opportunity_id = quotes.opportunity_id
    where cast(quotes.quoted_at at time zone $time_zone as date) <= $as_of
)

select * from offered
