with

conversions as (
    select
        concat('sf:', lead_id) as record_id,
        cast(cast(converted_date as timestamp) at time zone $time_zone as timestamptz)
            as converted_at
    from staging.salesforce__leads
    where is_converted and converted_date is not null and coalesce(is_current, true)
),

opportunities as (
    select
        *,
        cast(cast(expected_close_date as timestamp) at time zone $time_zone as timestamptz)
            as close_day_at
    from entities.opportunities
    where source = 'salesforce' and record_id is not null
),

events as (
    select
        record_id,
        'sql' as stage,
        cast(null as text) as opportunity_id,
        'native' as evidence,
        'day' as time_precision,
        converted_at as entered_at
    from conversions
    union all
    select
        record_id,
        'opportunity' as stage,
        opportunity_id,
        'derived' as evidence,
        'second' as time_precision,
        created_at as entered_at
    from opportunities
    union all
    select
        record_id,
        case when is_won then 'won' else 'lost' end as stage,
        opportunity_id,
        'derived' as evidence,
        case when closed_at = close_day_at then 'day' else 'second' end as time_precision,
        closed_at as entered_at
    from opportunities
    where is_won is not null
),

distinct_events as (
    select
        record_id,
        stage,
        min(opportunity_id) as opportunity_id,
        evidence,
        time_precision,
        entered_at
    from events
    group by record_id, stage, evidence, time_precision, entered_at
)

select * from distinct_events
