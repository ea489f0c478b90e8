with

-- A bit for each rule: most pairs share several keys, and a number is quickly put together.
pairs as (
    select
        lefts.kind,
        lefts.place as left_place,
        rights.place as right_place,
        bit_or(1 << lefts.rule_place) as rules
    from identity.block_records as lefts
    inner join identity.block_records as rights on lefts.block_id = rights.block_id
    where lefts.place < rights.place
    group by lefts.kind, lefts.place, rights.place
)

select * from pairs
