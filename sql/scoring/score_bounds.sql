with

bounds as (
    select * from reference.score_bounds
),

placed as (
    select
        sources.rules_version,
        bounds.bound,
        bounds.parent,
        bounds.place,
        bounds.min_points,
        bounds.max_points,
        row_number() over (
            partition by sources.rules_version, bounds.bound order by sources.distance
        ) as nearest
    from scoring.version_rows as sources
    inner join bounds on sources.row_version = bounds.rules_version
),

-- Total, then the halves, then the groups, each in the order of the place: what stands later is cut first.
numbered as (
    select
        rules_version,
        bound,
        parent,
        min_points,
        max_points,
        row_number() over (
            partition by rules_version
            order by
                case when parent is null then 0 when parent = 'total' then 1 else 2 end,
                parent desc,
                place,
                bound
        ) as node
    from placed
    where nearest = 1
),

groups as (
    select
        own.rules_version,
        own.bound,
        coalesce(own.parent, '') as parent,
        own.node,
        above.node as parent_node,
        cast(own.min_points as decimal(18,4)) as min_points,
        cast(own.max_points as decimal(18,4)) as max_points
    from numbered as own
    left join numbered as above
        on own.rules_version = above.rules_version and own.parent = above.bound
),

-- A rule brings no more than its own bound, or takes no more.
rules as (
    select
        rules.rules_version,
        concat(rules.signal, ' ', rules.value) as bound,
        rules.score_group as parent,
        rules.node,
        groups.node as parent_node,
        cast(case when rules.points < 0 then -rules.max_points end as decimal(18,4)) as min_points,
        cast(case when rules.points > 0 then rules.max_points end as decimal(18,4)) as max_points
    from scoring.score_rules as rules
    inner join groups
        on rules.rules_version = groups.rules_version and rules.score_group = groups.bound
)

select
    rules_version,
    bound,
    parent,
    cast(node as bigint) as node,
    cast(parent_node as bigint) as parent_node,
    min_points,
    max_points
from groups
union all
select rules_version, bound, parent, node, cast(parent_node as bigint), min_points, max_points
from rules
