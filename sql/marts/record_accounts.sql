with

-- Three tables tell of the same records: what was read, what is a lead, what became of the rest.
told as (
    select
        source,
        captured_at,
        'raw' as part,
        is_undated
    from entities.lead_records
    union all
    select
        source,
        captured_at,
        'golden',
        false
    from identity.leads
    union all
    select
        lead_records.source,
        records.captured_at,
        records.outcome,
        false
    from identity.records as records
    inner join entities.lead_records as lead_records on records.record_id = lead_records.record_id
    where records.outcome <> 'golden'
),

days as (
    select
        source,
        part,
        is_undated,
        cast(captured_at at time zone $time_zone as date) as captured_date
    from told
),

accounts as (
    select
        source,
        count(*) filter (where part = 'raw') as records,
        count(*) filter (where part = 'golden') as golden,
        count(*) filter (where part = 'merged') as merged,
        count(*) filter (where part = 'invalid') as invalid,
        count(*) filter (where is_undated) as undated,
        captured_date
    from days
    group by source, captured_date
)

select * from accounts
