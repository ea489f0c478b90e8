with

intercepts as (
    select
        scope,
        coefficient
    from prediction.coefficients
    where feature = '(intercept)'
),

-- A level that nobody taught adds nothing.
added as (
    select
        members.scope,
        members.lead_id,
        members.split,
        members.is_reached,
        exact_sum(coalesce(coefficients.coefficient, 0.0)) as added
    from prediction.members as members
    inner join prediction.levels as levels on members.lead_id = levels.lead_id
    left join prediction.coefficients as coefficients
        on members.scope = coefficients.scope
            and levels.feature = coefficients.feature
            and levels.level = coefficients.level
    group by members.scope, members.lead_id, members.split, members.is_reached
)

select
    added.scope,
    added.lead_id,
    added.split,
    added.is_reached,
    intercepts.coefficient + added.added as margin
from intercepts
inner join added on intercepts.scope = added.scope
