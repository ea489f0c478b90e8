with

opportunities as (
    select * from entities.opportunities
),

leads as (
    select * from entities.lead_records
),

early as (
    select
        opportunities.source,
        'opportunities' as entity,
        opportunities.opportunity_id as entity_id,
        leads.record_id as related_id,
        concat(
            'created at ', to_char(opportunities.created_at, '%Y-%m-%d %H:%M:%S'),
            ', before its lead at ', to_char(leads.captured_at, '%Y-%m-%d %H:%M:%S'), ' (UTC)'
        ) as evidence
    from opportunities
    inner join leads on opportunities.record_id = leads.record_id
    where opportunities.created_at < leads.captured_at
)

select * from early
