with

raw as (
    select
        source,
        to_char(cast(captured_at at time zone $time_zone as date), '%Y-%m-%d') as day,
        count(*) as raw_records
    from entities.lead_records
    group by source, to_char(cast(captured_at at time zone $time_zone as date), '%Y-%m-%d')
),

outcomes as (
    select
        leads.source,
        to_char(cast(records.captured_at at time zone $time_zone as date), '%Y-%m-%d') as day,
        count(*) filter (where records.outcome = 'golden') as golden,
        count(*) filter (where records.outcome = 'merged') as merged,
        count(*) filter (where records.outcome = 'invalid') as invalid
    from identity.records as records
    inner join entities.lead_records as leads on records.record_id = leads.record_id
    group by
        leads.source,
        to_char(cast(records.captured_at at time zone $time_zone as date), '%Y-%m-%d')
),

-- What could not be read has no day, and no table it belongs to but its source.
rejects as (
    select
        source,
        count(*) as rejects
    from ledger.rejects
    group by source
),

accounts as (
    select
        coalesce(raw.source, outcomes.source) as source,
        coalesce(raw.day, outcomes.day) as day,
        coalesce(raw.raw_records, 0) as raw_records,
        coalesce(outcomes.golden, 0) as golden,
        coalesce(outcomes.merged, 0) as merged,
        coalesce(outcomes.invalid, 0) as invalid,
        0 as rejects
    from raw
    full outer join outcomes
        on raw.source = outcomes.source and raw.day = outcomes.day
    union all
    select
        concat('raw.', source),
        '(unknown)',
        rejects as raw_records,
        0,
        0,
        0,
        rejects
    from rejects
)

select * from accounts
