with

-- Whoever keeps a grade keeps those below it, so that the count of grades held is the grade.
held as (
    select
        levels.lead_id,
        levels.rules_version,
        levels.cause,
        levels.fit,
        levels.behaviour,
        levels.total,
        levels.told_at,
        sum(coalesce(moves.moved, 0)) over (
            partition by levels.lead_id order by levels.told_at
        ) as rank
    from scoring.grade_moves as moves
    right join scoring.ruled_levels as levels
        on moves.lead_id = levels.lead_id and moves.told_at = levels.told_at
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
