with

opportunities as (
    select * from entities.opportunities
),

leads as (
    select * from entities.lead_records
),

-- `OnlineStore` is `Online Store`: case and blanks are nobody's statement.
differing as (
    select
        opportunities.source,
        'opportunities' as entity,
        opportunities.opportunity_id as entity_id,
        leads.record_id as related_id,
        concat(
            'its source is `', opportunities.lead_source,
            '`, that of its lead `', leads.lead_source, '`'
        ) as evidence
    from opportunities
    inner join leads on opportunities.record_id = leads.record_id
    where lower(replace(opportunities.lead_source, ' ', ''))
        <> lower(replace(leads.lead_source, ' ', ''))
)

select * from differing
