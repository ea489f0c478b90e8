with

companies as (
    select * from identity.companies
),

-- The company of a branch is named before it: with the same region and industry, else where one
-- is silent.
fits as (
    select
        branches.account_id,
        keys.account_id as parent_account_id,
        max(
            case when keys.variant
                = concat(branches.name_region, '/', branches.name_industry) then 1 else 0 end
        ) as closeness
    from companies as branches
    inner join identity.account_keys as keys
        on keys.kind = 'name' and branches.company_key = keys.key
    where branches.branch is not null
        and branches.stated_parent_id is null
        and branches.account_id <> keys.account_id
        and (
            keys.variant = concat(branches.name_region, '/', branches.name_industry)
            or (
                keys.is_full
                and coalesce(branches.name_region, keys.region, '')
                    = coalesce(keys.region, branches.name_region, '')
                and coalesce(branches.name_industry, keys.industry, '')
                    = coalesce(keys.industry, branches.name_industry, '')
            )
        )
    group by branches.account_id, keys.account_id
),

closest as (
    select
        account_id,
        max(closeness) as closeness
    from fits
    group by account_id
),

-- Two companies of the name leave the branch without one.
branches as (
    select
        fits.account_id,
        min(fits.parent_account_id) as parent_account_id
    from fits
    inner join closest
        on fits.account_id = closest.account_id and fits.closeness = closest.closeness
    group by fits.account_id
    having count(*) = 1
),

parents as (
    select
        account_id,
        stated_parent_id as parent_account_id,
        'crm' as rule
    from companies
    where stated_parent_id is not null
    union all
    select
        account_id,
        parent_account_id,
        'branch'
    from branches
)

select * from parents
