with

lines as (
    select
        visit_id,
        full_visitor_id,
        count(*) as lines,
        count(*) filter (where regexp_like(full_visitor_id, '^[0-9.]+E\+[0-9]+$')) as shortened
    from staging.google_merch__visits
    group by visit_id, full_visitor_id
),

visits as (
    select
        visit_id,
        count(*) as ids,
        sum(lines) as lines,
        sum(shortened) as shortened
    from lines
    group by visit_id
),

ids as (
    select count(*) as ids
    from (select distinct full_visitor_id from lines)
),

counted as (
    select
        count(*) as visits,
        count(*) filter (where ids > 1) as shared_visits,
        sum(lines) as lines,
        sum(shortened) as shortened
    from visits
),

findings as (
    select
        'google_merch' as source,
        'touch_records' as entity,
        'full_visitor_id' as entity_id,
        cast(null as text) as related_id,
        concat(
            'refused as a key: a spreadsheet shortened it in ', cast(counted.shortened as text),
            ' of ', cast(counted.lines as text), ' lines; ', cast(ids.ids as text),
            ' values are left for ', cast(counted.visits as text), ' visits, ',
            cast(counted.shared_visits as text), ' of which have several'
        ) as evidence
    from counted
    cross join ids
    where counted.shortened > 0
)

select * from findings
