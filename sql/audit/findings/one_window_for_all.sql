with

curves as (
    select
        part as segment,
        unnest(kaplan_meier(days, ended, open)) as point
    from funnel.duration_counts
    where span = 'lead_to_won' and dimension = 'segment' and part <> '(unknown)'
    group by part
    having sum(ended) >= $low_count
),

-- Most leads are never won: how long it takes is asked of those who are, censored ones counted.
ends as (
    select
        segment,
        min(point['survival']) as last_survival
    from curves
    group by segment
),

paces as (
    select
        curves.segment,
        coalesce(max(windows.window_days), $window_days) as window_days,
        min(case
            when 1.0 - curves.point['survival'] >= 0.9 * (1.0 - ends.last_survival)
                then curves.point['duration']
        end) as p90_days
    from curves
    inner join ends on curves.segment = ends.segment
    left join reference.windows as windows on curves.segment = windows.segment
    group by curves.segment
),

fastest as (
    select
        window_days,
        first_value(segment order by p90_days, segment) as segment,
        min(p90_days) as p90_days
    from paces
    group by window_days
),

findings as (
    select
        'reference' as source,
        'windows' as entity,
        paces.segment as entity_id,
        fastest.segment as related_id,
        concat(
            'nine of ten won leads took up to ', cast(paces.p90_days as text),
            ' days, and ', cast(fastest.p90_days as text), ' in the other segment; both are given ',
            cast(paces.window_days as text)
        ) as evidence
    from paces
    inner join fastest on paces.window_days = fastest.window_days
    where paces.p90_days >= 5 * greatest(fastest.p90_days, 1)
)

select * from findings
