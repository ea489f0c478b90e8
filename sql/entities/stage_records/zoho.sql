with

opportunities as (
    select * from entities.opportunities where source = 'zoho' and record_id is not null
),

-- Zoho's export keeps no history: deals are all that is known of a lead's way.
events as (
    select
        record_id,
        'opportunity' as stage,
        opportunity_id,
        'second' as time_precision,
        created_at as entered_at
    from opportunities
    where created_at is not null
    union all
    select
        record_id,
        case when is_won then 'won' else 'lost' end as stage,
        opportunity_id,
        'day' as time_precision,
        closed_at as entered_at
    from opportunities
    where is_won is not null
),

distinct_events as (
    select
        record_id,
        stage,
        min(opportunity_id) as opportunity_id,
        'derived' as evidence,
        time_precision,
        entered_at
    from events
    group by record_id, stage, time_precision, entered_at
)

select * from distinct_events
