with

deals as (
    select * from staging.maven__opportunities
),

-- Two moments of a deal are kept: when it was engaged in, and when it was closed.
entries as (
    select
        opportunity_id,
        'Engaging' as stage,
        engage_date as entered_date
    from deals
    where engage_date is not null
    union all
    select
        opportunity_id,
        deal_stage,
        close_date
    from deals
    where close_date is not null
),

stages as (
    select
        concat('maven:', opportunity_id, ':', stage) as stage_entry_id,
        concat('maven:', opportunity_id) as opportunity_id,
        stage,
        cast(1 as bigint) as visit,
        cast(cast(entered_date as timestamp) at time zone $time_zone as timestamptz) as entered_at
    from entries
)

select * from stages
