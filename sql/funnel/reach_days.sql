with

-- Whoever refused by then could not be reached by what was told then.
begun as (
    select
        person_id,
        min(from_date) as reachable_date
    from funnel.consents
    where is_allowed
    group by person_id
),

days as (
    select person_id, 'now' as moment, reachable_date, $as_of as day from begun
    union all
    select person_id, '30d', reachable_date, reachable_date + 30 from begun
    union all
    select person_id, '90d', reachable_date, reachable_date + 90 from begun
)

select * from days where day <= $as_of
