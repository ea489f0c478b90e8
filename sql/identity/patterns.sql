with

patterns as (
    select
        kind,
        pattern,
        sum(case when origin = 'blocked' then 1 else 0 end) as blocked_pairs,
        sum(case when origin = 'random' then 1 else 0 end) as random_pairs
    from identity.pair_levels
    group by kind, pattern
)

select * from patterns
