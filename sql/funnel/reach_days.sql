with

told as (
    select * from funnel.ways_to_people
),

-- Whoever refused by then could not be reached by what was told then.
allowed as (
    select
        told.person_id,
        told.contact_id,
        told.medium,
        told.told_date,
        coalesce(
            first_value(said.accepts
                order by said.is_dated, said.told_date desc, said.accepts, said.contact_id)
                filter (where said.accepts is not null),
            true
        ) as is_allowed
    from told
    inner join told as said on told.person_id = said.person_id and told.medium = said.medium
    where said.told_date <= told.told_date or not said.is_dated
    group by told.person_id, told.contact_id, told.medium, told.told_date
),

begun as (
    select
        person_id,
        min(told_date) as reachable_date
    from allowed
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
