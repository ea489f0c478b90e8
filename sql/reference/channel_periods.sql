with

days as (
    select valid_from as first_day from reference.channel_sources
    union
    select valid_until from reference.channel_sources where valid_until is not null
    union
    select valid_from from reference.channel_overrides
    union
    select valid_until from reference.channel_overrides where valid_until is not null
    union
    select valid_from from reference.click_ids
    union
    select valid_until from reference.click_ids where valid_until is not null
),

-- Few rows: the days on which somebody changed a list.
periods as (
    select
        first_day,
        lead(first_day) over (order by first_day) as until_day
    from days
)

select * from periods
