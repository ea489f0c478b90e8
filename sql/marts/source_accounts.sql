with

inputs as (
    select * from ledger.inputs
),

rejects as (
    select
        source,
        file as object,
        count(*) as rejects
    from ledger.rejects
    group by source, file
),

accounts as (
    select * from ledger.accounts
),

-- Of an object the ledger counts what was read and refused, the rejects are told one by one.
objects as (
    select
        'read' as step,
        inputs.source,
        inputs.object,
        inputs.rows_read as rows_in,
        inputs.rows_read - inputs.rejects as kept,
        0 as dropped,
        coalesce(rejects.rejects, 0) as rejects
    from inputs
    left join rejects on inputs.source = rejects.source and inputs.object = rejects.object
),

-- Of a source what was staged is counted in the table itself.
staged as (
    select
        substr(table_name, 5) as source,
        row_count as kept
    from accounts
    where table_name like 'raw.%' and outcome = 'kept'
),

sources as (
    select
        'read' as step,
        objects.source,
        '(all)' as object,
        sum(objects.rows_in) as rows_in,
        max(staged.kept) as kept,
        0 as dropped,
        sum(objects.rejects) as rejects
    from objects
    left join staged on objects.source = staged.source
    group by objects.source
),

-- A member that leaves nothing out counts only what it has.
members as (
    select
        'record' as step,
        substr(table_name, 23) as source,
        '(all)' as object,
        coalesce(
            max(case when outcome = 'in' then row_count end),
            max(case when outcome = 'kept' then row_count end)
        ) as rows_in,
        coalesce(sum(case when outcome = 'dropped' then row_count end), 0) as dropped
    from accounts
    where table_name like 'entities.lead\_records/%'
    group by table_name
),

records as (
    select
        source,
        count(*) as kept
    from entities.lead_records
    group by source
),

recorded as (
    select
        members.step,
        members.source,
        members.object,
        members.rows_in,
        coalesce(records.kept, 0) as kept,
        members.dropped,
        0 as rejects
    from members
    left join records on members.source = records.source
)

select * from objects
union all
select * from sources
union all
select * from recorded
