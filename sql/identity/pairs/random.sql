with

-- The digest of an id is as good as chance, and the same every time.
shuffled as (
    select
        kind,
        place,
        cast(row_number() over (partition by kind order by md5(entity_id), entity_id) as bigint)
            as turn
    from identity.match_fields
    where $random_pairs > 0
),

sizes as (
    select
        kind,
        count(*) as records
    from shuffled
    group by kind
),

-- Everybody is paired with the same number of those that follow.
distances as (
    select
        kind,
        unnest(range(1, least(records, $random_pairs / records + 2))) as distance
    from sizes
),

pairs as (
    select
        lefts.kind,
        least(lefts.place, rights.place) as left_place,
        greatest(lefts.place, rights.place) as right_place,
        0 as rules
    from shuffled as lefts
    inner join distances on lefts.kind = distances.kind
    inner join shuffled as rights
        on lefts.kind = rights.kind and lefts.turn + distances.distance = rights.turn
)

select * from pairs
