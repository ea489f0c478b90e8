with

edges as (
    select * from identity.account_edges
),

described as (
    select
        edges.account_id,
        accounts.name as account_name,
        edges.kind,
        edges.related_id,
        others.name as related_name,
        edges.evidence
    from edges
    inner join identity.accounts as accounts on edges.account_id = accounts.account_id
    inner join identity.accounts as others on edges.related_id = others.account_id
)

select * from described
