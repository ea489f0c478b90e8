with

calendars as (
    select
        calendar,
        min(time_zone) as time_zone
    from reference.calendars
    group by calendar
),

-- From the first day a lead could be routed on until tomorrow, wherever that is.
span as (
    select
        cast(min(captured_at) as date) - interval '2 days' as first_day,
        cast($as_of as timestamp) + interval '2 days' as last_day
    from identity.leads
),

days as (
    select
        cast(unnest(generate_series(
            cast(first_day as timestamp), cast(last_day as timestamp), interval '1 day'
        )) as date) as day
    from span
),

planned as (
    select
        calendars.calendar,
        calendars.time_zone,
        days.day,
        days.day - date '1970-01-01' as epoch_day,
        coalesce(holidays.is_open, hours.weekday is not null) as is_open,
        coalesce(case when holidays.is_open then mondays.opens_minute end, hours.opens_minute, 0)
            as opens_minute,
        coalesce(case when holidays.is_open then mondays.closes_minute end, hours.closes_minute, 0)
            as closes_minute
    from calendars
    cross join days
    left join reference.holidays as holidays
        on calendars.calendar = holidays.calendar and days.day = holidays.day
    left join reference.calendars as hours
        on calendars.calendar = hours.calendar
            and cast(date_part('isodow', days.day) as bigint) = hours.weekday
    left join reference.calendars as mondays
        on calendars.calendar = mondays.calendar and mondays.weekday = 1
),

opened as (
    select
        calendar,
        time_zone,
        day,
        is_open,
        epoch_day * 86400 + opens_minute * 60 as opens_local_s,
        epoch_day * 86400 + case when is_open then closes_minute else opens_minute end * 60
            as closes_local_s
    from planned
),

-- What the clocks show is what they are ahead of UTC; asked twice, since that may change near by.
placed as (
    select
        calendar,
        day,
        is_open,
        opens_local_s - utc_offset_s(
            to_timestamp_seconds(
                opens_local_s - utc_offset_s(to_timestamp_seconds(opens_local_s), time_zone)
            ),
            time_zone
        ) as opens_s,
        closes_local_s - utc_offset_s(
            to_timestamp_seconds(
                closes_local_s - utc_offset_s(to_timestamp_seconds(closes_local_s), time_zone)
            ),
            time_zone
        ) as closes_s
    from opened
),

summed as (
    select
        calendar,
        is_open,
        opens_s,
        closes_s,
        coalesce(sum(closes_s - opens_s) over (
            partition by calendar order by day rows between unbounded preceding and 1 preceding
        ), 0) as seconds_before,
        day
    from placed
)

select * from summed
