with

accounts as (
    select * from identity.accounts
),

won as (
    select account_id from funnel.account_deals where won_opportunities > 0
),

-- An account has the won ones of its hierarchy around it, and those that people tied to it.
related as (
    select
        accounts.account_id,
        others.account_id as won_id
    from accounts
    inner join accounts as others on accounts.ultimate_parent_id = others.ultimate_parent_id
    inner join won on others.account_id = won.account_id
    where accounts.account_id <> others.account_id
    union
    select
        edges.account_id,
        edges.related_id
    from identity.account_edges as edges
    inner join won on edges.related_id = won.account_id
    union
    select
        edges.related_id,
        edges.account_id
    from identity.account_edges as edges
    inner join won on edges.account_id = won.account_id
)

select * from related
