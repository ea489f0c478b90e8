with

-- The last moment of a day is told by the first of the next.
days as (
    select 'as_of' as kind, $as_of as day
    union all
    select 'week_ago' as kind, $as_of - 7 as day
    union all
    select 'month_ago' as kind, $as_of - 30 as day
    union all
    select 'month_end' as kind, cast(unnest(months) as date) - 1 as day
    from (
        select
            generate_series(
                date_trunc('month', cast(min(captured_at) at time zone $time_zone as date))
                    + interval '1 month',
                cast($as_of as timestamp),
                interval '1 month'
            ) as months
        from identity.leads
    )
),

moments as (
    select
        kind,
        day,
        cast(cast(day + 1 as timestamp) at time zone $time_zone as timestamptz)
            - interval '1 microsecond' as moment
    from days
    union all
    select
        'rules' as kind,
        cast(from_at at time zone $time_zone as date) as day,
        from_at as moment
    from scoring.rule_versions
    where from_at is not null
)

select * from moments
