with

inputs as (
    select * from ledger.inputs
),

accounts as (
    select * from ledger.accounts
),

entries as (
    select
        'source' as kind,
        source as subject,
        object,
        'read' as outcome,
        '' as reason,
        sha256,
        rows_read as row_count,
        first_seen as first_seen_at
    from inputs
    union all
    select
        'source' as kind,
        source as subject,
        object,
        'reject' as outcome,
        '' as reason,
        sha256,
        rejects as row_count,
        first_seen as first_seen_at
    from inputs
    union all
    select
        'table' as kind,
        table_name as subject,
        '' as object,
        outcome,
        coalesce(reason, '') as reason,
        cast(null as text) as sha256,
        row_count,
        cast(null as timestamptz) as first_seen_at
    from accounts
)

select * from entries
