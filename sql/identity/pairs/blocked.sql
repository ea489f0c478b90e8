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

-- Who is tied through others by addresses is compared too: what they do not share may speak against all of it.
pairs as (
    select * from sharing
    union all
    select
        lefts.kind,
        lefts.place,
        rights.place,
        0
    from identity.address_chains as lefts
    inner join identity.address_chains as rights
        on lefts.kind = rights.kind and lefts.chain = rights.chain
    where lefts.place < rights.place
)

select
    kind,
    left_place,
    right_place,
    bit_or(rules) as rules
from pairs
group by kind, left_place, right_place
