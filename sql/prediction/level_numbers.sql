with

levels as (
    select distinct
        members.scope,
        levels.feature,
        levels.level
    from prediction.members as members
    inner join prediction.levels as levels on members.lead_id = levels.lead_id
)

select
    scope,
    feature,
    level,
    cast(row_number() over (partition by scope order by feature, level) as bigint) as level_number
from levels
