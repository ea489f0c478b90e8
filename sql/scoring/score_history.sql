with

levels as (
    select
        levels.lead_id,
        levels.rules_version,
        case
            when levels.told_at = versions.from_at then 'rules'
            when levels.is_change then 'points'
            when asked.lead_id is not null or moments.moment is not null then 'asked'
            else 'decay'
        end as cause,
        levels.fit,
        levels.behaviour,
        levels.total,
        levels.told_at
    from scoring.rule_versions as versions
    inner join scoring.score_levels as levels on versions.rules_version = levels.rules_version
    left join scoring.lead_moments as asked
        on levels.lead_id = asked.lead_id and levels.told_at = asked.moment
    left join (select distinct moment from scoring.score_moments) as moments
        on levels.told_at = moments.moment
    where versions.is_approved
        and (versions.from_at is null or levels.told_at >= versions.from_at)
        and (versions.until_at is null or levels.told_at < versions.until_at)
),

-- The last grade is everybody's from the start.
grades as (
    select
        min_total,
        keep_total,
        row_number() over (order by min_total) - 1 as rank
    from reference.score_grades
),

marks as (
    select
        levels.lead_id,
        grades.rank,
        case when levels.total >= grades.min_total then 1 else -1 end as side,
        levels.told_at
    from grades
    cross join levels
    where grades.rank > 0
        and (levels.total >= grades.min_total or levels.total < grades.keep_total)
),

turns as (
    select
        lead_id,
        side,
        lag(side, 1, -1) over (partition by lead_id, rank order by told_at) as side_before,
        told_at
    from marks
),

-- Whoever keeps a grade keeps those below it, so that the count of grades held is the grade.
moves as (
    select
        lead_id,
        sum(side) as moved,
        told_at
    from turns
    where side <> side_before
    group by lead_id, told_at
),

held as (
    select
        levels.*,
        sum(coalesce(moves.moved, 0)) over (
            partition by levels.lead_id order by levels.told_at
        ) as rank
    from levels
    left join moves on levels.lead_id = moves.lead_id and levels.told_at = moves.told_at
),

named as (
    select
        row_number() over (order by min_total) - 1 as rank,
        grade,
        temperature
    from reference.score_grades
)

select
    held.lead_id,
    held.rules_version,
    held.cause,
    named.grade,
    named.temperature,
    held.fit,
    held.behaviour,
    held.total,
    held.told_at
from named
inner join held on named.rank = held.rank
