with

addressed as (
    select records.*
    from identity.block_records as records
    inner join reference.blocking_rules as rules on records.rule_place = rules.place
    where rules.capture = 'address'
),

firsts as (
    select
        block_id,
        min(place) as place
    from addressed
    group by block_id
),

connected as (
    select
        addressed.kind,
        unnest(connected_components(addressed.place, firsts.place)) as pair
    from addressed
    inner join firsts on addressed.block_id = firsts.block_id
    group by addressed.kind
),

chains as (
    select
        kind,
        pair['node'] as place,
        pair['component'] as chain
    from connected
),

-- A chain of more is a hub of hubs.
short_chains as (
    select
        kind,
        chain
    from chains
    group by kind, chain
    having count(*) between 3 and 20
),

address_chains as (
    select
        chains.kind,
        chains.place,
        chains.chain
    from chains
    inner join short_chains
        on chains.kind = short_chains.kind and chains.chain = short_chains.chain
)

select * from address_chains
