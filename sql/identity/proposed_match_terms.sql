with

terms as (
    select kind, 'given_name' as field, given_name as term from identity.match_fields
    union all
    select kind, 'family_name', family_name from identity.match_fields
    union all
    select kind, 'city', city from identity.match_fields
    union all
    select kind, 'company', company_key from identity.match_fields
),

counted as (
    select
        kind,
        field,
        term,
        count(*) as records
    from terms
    where term is not null
    group by kind, field, term
),

totals as (
    select
        kind,
        field,
        sum(records) as records
    from counted
    group by kind, field
),

-- A term that one of a hundred thousand bears is worth a row of its own, unless it is there but twice.
judged as (
    select
        counted.kind,
        counted.field,
        case when counted.records > 2 and counted.records * 100000 >= totals.records
            then counted.term else '*' end as term,
        counted.records,
        totals.records as all_records
    from counted
    inner join totals on counted.kind = totals.kind and counted.field = totals.field
),

proposed as (
    select
        kind,
        field,
        term,
        -- Of those without a row, what the term of one who bears one of them is borne by: common ones
        -- have more bearers.
        cast(sum(records * records) as double) / sum(records) / all_records as share
    from judged
    group by kind, field, term, all_records
)

select * from proposed
