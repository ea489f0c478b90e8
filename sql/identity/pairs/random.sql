with

-- The digest of an id is as good as chance, and the same every time.
shuffled as (
    select
        entity_id,
        kind,
        cast(row_number() over (partition by kind order by md5(entity_id), entity_id) as bigint)
            as place
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
        least(lefts.entity_id, rights.entity_id) as left_id,
        greatest(lefts.entity_id, rights.entity_id) as right_id,
        lefts.kind,
        0 as rules
    from shuffled as lefts
    inner join distances on lefts.kind = distances.kind
    inner join shuffled as rights
        on lefts.kind = rights.kind and lefts.place + distances.distance = rights.place
)

select * from pairs
