with

events as (
    select
        concat('fx:', lead_id) as record_id,
        'mql' as stage,
        became_mql_at as entered_at
    from staging.fxiaoke__leads
    where became_mql_at is not null
    union all
    select
        concat('fx:', lead_id),
        'sql',
        converted_at
    from staging.fxiaoke__leads
    where converted_at is not null
),

dated as (
    select
        record_id,
        stage,
        'native' as evidence,
        'second' as time_precision,
        entered_at
    from events
)

select * from dated
