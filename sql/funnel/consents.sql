with

told as (
    select * from funnel.ways_to_people
),

days as (
    select distinct person_id, medium, told_date from told
),

-- The last word until a day counts; how a source stands is later than any. No word is none against.
allowed as (
    select
        days.person_id,
        days.medium,
        coalesce(
            first_value(told.accepts
                order by told.is_dated, told.told_date desc, told.accepts, told.contact_id)
                filter (where told.accepts is not null),
            true
        ) as is_allowed,
        days.told_date as from_date
    from days
    inner join told on days.person_id = told.person_id and days.medium = told.medium
    where told.told_date <= days.told_date or not told.is_dated
    group by days.person_id, days.medium, days.told_date
),

consents as (
    select
        *,
        lead(from_date) over (partition by person_id, medium order by from_date) as until_date
    from allowed
)

select * from consents
