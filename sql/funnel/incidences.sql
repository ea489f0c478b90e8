with

watched as (
    select
        made_date,
        population,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        case when grouping(age_days) = 1 then -1 else age_days end as age_days,
        kaplan_meier(days, won + lost, open) as curve
    from funnel.win_counts
    group by grouping sets (
        (made_date, population, stage, age_days),
        (made_date, population, stage),
        (made_date, population)
    )
),

curves as (
    select
        made_date,
        population,
        stage,
        age_days,
        unnest(curve) as point
    from watched
),

wins as (
    select
        made_date,
        population,
        case when grouping(stage) = 1 then '(all)' else stage end as stage,
        case when grouping(age_days) = 1 then -1 else age_days end as age_days,
        days,
        sum(won) as won,
        sum(won + lost + case when days = $forecast_days then open else 0 end) as judged,
        sum(won + lost) as ended,
        sum(open * days) as open_days
    from funnel.win_counts
    group by grouping sets (
        (made_date, population, stage, age_days, days),
        (made_date, population, stage, days),
        (made_date, population, days)
    )
),

-- To be won on a day one must not have ended before: a loss takes the chance away for good.
ways as (
    select
        curves.made_date,
        curves.population,
        curves.stage,
        curves.age_days,
        wins.won,
        wins.judged,
        wins.ended,
        wins.open_days,
        curves.point['at_risk'] as at_risk,
        coalesce(lag(curves.point['survival']) over (
            partition by curves.made_date, curves.population, curves.stage, curves.age_days
            order by curves.point['duration']
        ), 1.0) as still_open
    from curves
    inner join wins
        on curves.made_date = wins.made_date
            and curves.population = wins.population
            and curves.stage = wins.stage
            and curves.age_days = wins.age_days
            and curves.point['duration'] = wins.days
),

incidences as (
    select
        population,
        stage,
        age_days,
        sum(judged) as judged,
        sum(won) as won,
        cast(sum(ended) as double)
            + cast(sum(open_days) as double) / cast($forecast_days as double) as watched,
        exact_sum(still_open * cast(won as double) / cast(at_risk as double)) as rate,
        made_date
    from ways
    group by made_date, population, stage, age_days
)

select * from incidences
