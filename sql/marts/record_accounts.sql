with

-- Two tables tell of the same records: what was read, and what became of them.
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
        case when records.invalid_reason = 'test' then 'test' else records.outcome end,
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

dated as (
    select
        source,
        count(*) filter (where part = 'raw') as raw,
        count(*) filter (where part = 'raw') as records,
        count(*) filter (where part = 'golden') as golden,
        count(*) filter (where part = 'merged') as merged,
        count(*) filter (where part = 'invalid') as invalid,
        count(*) filter (where part = 'test') as test,
        0 as dropped,
        0 as rejects,
        count(*) filter (where is_undated) as undated,
        captured_date
    from days
    group by source, captured_date
),

-- What could not be read, or was left out before it was a record, has no day.
unread as (
    select
        files.source,
        sum(accounts.rows_in - accounts.kept) as raw,
        sum(accounts.rejects) as rejects
    from reference.lead_files as files
    inner join marts.source_accounts as accounts on files.raw_source = accounts.source
    where accounts.step = 'read' and accounts.object = '(all)'
    group by files.source
),

undated as (
    select
        accounts.source,
        accounts.rows_in - accounts.kept + coalesce(unread.raw, 0) as raw,
        0 as records,
        0 as golden,
        0 as merged,
        0 as invalid,
        0 as test,
        accounts.dropped,
        coalesce(unread.rejects, 0) as rejects,
        0 as undated,
        cast(null as date) as captured_date
    from marts.source_accounts as accounts
    left join unread on accounts.source = unread.source
    where accounts.step = 'record'
),

accounts as (
    select * from dated
    union all
    select * from undated
)

select
    source,
    coalesce(to_char(captured_date, '%Y-%m-%d'), '(none)') as day,
    raw,
    records,
    golden,
    merged,
    invalid,
    test,
    dropped,
    rejects,
    undated,
    captured_date
from accounts
