with

companies as (
    select * from identity.companies
),

parents as (
    select * from identity.account_parents
),

grouped as (
    select unnest(connected_components(account_id, parent_account_id)) as pair
    from parents
),

families as (
    select
        pair['node'] as account_id,
        pair['component'] as family_id
    from grouped
),

-- Everybody has one parent at most, so a family has one member without any, or goes round in a
-- circle.
tops as (
    select
        families.family_id,
        min(families.account_id) filter (where parents.account_id is null) as top_id,
        min(families.account_id) as first_id
    from families
    left join parents on families.account_id = parents.account_id
    group by families.family_id
),

-- Nobody stacks companies higher; beyond, the depth is not told.
lines as (
    select
        companies.account_id,
        first.rule as parent_rule,
        first.parent_account_id,
        case
            when eighth.account_id is not null then null
            when seventh.account_id is not null then 7
            when sixth.account_id is not null then 6
            when fifth.account_id is not null then 5
            when fourth.account_id is not null then 4
            when third.account_id is not null then 3
            when second.account_id is not null then 2
            when first.account_id is not null then 1
            else 0
        end as depth
    from companies
    left join parents as first on companies.account_id = first.account_id
    left join parents as second on first.parent_account_id = second.account_id
    left join parents as third on second.parent_account_id = third.account_id
    left join parents as fourth on third.parent_account_id = fourth.account_id
    left join parents as fifth on fourth.parent_account_id = fifth.account_id
    left join parents as sixth on fifth.parent_account_id = sixth.account_id
    left join parents as seventh on sixth.parent_account_id = seventh.account_id
    left join parents as eighth on seventh.parent_account_id = eighth.account_id
),

placed as (
    select
        companies.account_id,
        companies.origin,
        companies.name,
        companies.branch,
        companies.domain,
        companies.credit_code,
        companies.relation,
        lines.parent_account_id,
        lines.parent_rule,
        coalesce(tops.top_id, tops.first_id, companies.account_id) as ultimate_parent_id,
        case when tops.family_id is null or tops.top_id is not null then lines.depth end as depth,
        tops.family_id is not null and tops.top_id is null as is_circular,
        companies.record_count,
        companies.first_seen_at
    from companies
    left join lines on companies.account_id = lines.account_id
    left join families on companies.account_id = families.account_id
    left join tops on families.family_id = tops.family_id
)

select * from placed
