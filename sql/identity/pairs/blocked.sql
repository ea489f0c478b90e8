with

-- A bit for each rule: most pairs share several keys, and a number is quickly put together.
sharing as (
    select
        lefts.kind,
        lefts.place as left_place,
        rights.place as right_place,
        bit_or(1 << lefts.rule_place) as rules
    from identity.block_records as lefts
    inner join identity.block_records as rights on lefts.block_id = rights.block_id
    where lefts.place < rights.place
    group by lefts.kind, lefts.place, rights.place
),

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

chained as (
    select chains.*
    from chains
    inner join short_chains
        on chains.kind = short_chains.kind and chains.chain = short_chains.chain
),

-- Who is tied through others by addresses is compared too: what they do not share may speak against all of it.
pairs as (
    select * from sharing
    union all
    select
        lefts.kind,
        lefts.place,
        rights.place,
        0
    from chained as lefts
    inner join chained as rights on lefts.kind = rights.kind and lefts.chain = rights.chain
    where lefts.place < rights.place
)

select
    kind,
    left_place,
    right_place,
    bit_or(rules) as rules
from pairs
group by kind, left_place, right_place
