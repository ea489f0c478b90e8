with

levels as (
    select * from scoring.ruled_levels
),

-- The last grade is everybody's from the start.
grades as (
    select
        min_total,
        keep_total,
        row_number() over (order by min_total) - 1 as rank
    from reference.score_grades
),

peaks as (
    select
        lead_id,
        max(total) as peak
    from levels
    group by lead_id
),

-- A grade that a lead never earned is none it can lose.
earned as (
    select
        peaks.lead_id,
        grades.rank,
        grades.min_total,
        grades.keep_total
    from grades
    cross join peaks
    where grades.rank > 0 and peaks.peak >= grades.min_total
),

marks as (
    select
        levels.lead_id,
        earned.rank,
        case when levels.total >= earned.min_total then 1 else -1 end as side,
        levels.told_at
    from earned
    inner join levels on earned.lead_id = levels.lead_id
    where levels.total >= earned.min_total or levels.total < earned.keep_total
),

turns as (
    select
        lead_id,
        side,
        lag(side, 1, -1) over (partition by lead_id, rank order by told_at) as side_before,
        told_at
    from marks
)

select
    lead_id,
    sum(side) as moved,
    told_at
from turns
where side <> side_before
group by lead_id, told_at
