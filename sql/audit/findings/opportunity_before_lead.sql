with

opportunities as (
    select * from entities.opportunities
),

leads as (
    select * from entities.lead_records
),

-- Some sources know the day of the close alone, of the lead or of both: days are compared there.
early as (
    select
        opportunities.source,
        'opportunities' as entity,
        opportunities.opportunity_id as entity_id,
        leads.record_id as related_id,
        concat(
            case
                when opportunities.created_at < leads.captured_at
                    then to_char(opportunities.created_at, 'created at %Y-%m-%d %H:%M:%S')
                else to_char(opportunities.closed_at, 'closed at %Y-%m-%d %H:%M:%S')
            end,
            ', before its lead at ', to_char(leads.captured_at, '%Y-%m-%d %H:%M:%S'), ' (UTC)'
        ) as evidence
    from opportunities
    inner join leads on opportunities.record_id = leads.record_id
    where opportunities.created_at < leads.captured_at
        or cast(opportunities.closed_at at time zone $time_zone as date)
            < cast(leads.captured_at at time zone $time_zone as date)
)

select * from early
