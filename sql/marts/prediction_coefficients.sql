with

taught as (
    select
        members.scope,
        levels.feature,
        levels.level,
        count(*) as leads,
        count(*) filter (where members.is_reached) as reached
    from prediction.members as members
    inner join prediction.levels as levels on members.lead_id = levels.lead_id
    where members.split = 'train'
    group by members.scope, levels.feature, levels.level
)

select
    coefficients.scope,
    coefficients.feature,
    coefficients.level,
    coefficients.coefficient,
    coefficients.standard_error,
    exp(coefficients.coefficient) as odds_ratio,
    coalesce(taught.leads, 0) as leads,
    coalesce(taught.reached, 0) as reached
from prediction.coefficients as coefficients
left join taught
    on coefficients.scope = taught.scope
        and coefficients.feature = taught.feature
        and coefficients.level = taught.level
