with

sizes as (
    select
        kind,
        records as size,
        count(*) as clusters,
        sum(records) as records,
        sum(lead_records) as lead_records,
        sum(pairs) as pairs,
        sum(ties) as ties,
        count(*) filter (where objections > 0) as contested,
        count(*) filter (where unvouched_ties > 0) as bridged
    from identity.cluster_ties
    group by kind, records
),

kinds as (
    select
        kind,
        sum(records) as records
    from sizes
    group by kind
),

shares as (
    select
        sizes.kind,
        sizes.size,
        sizes.clusters,
        sizes.records,
        sizes.lead_records,
        sizes.pairs,
        sizes.ties,
        sizes.contested,
        sizes.bridged,
        cast(sizes.records as double) / cast(kinds.records as double) as share,
        cast(sizes.ties as double) / nullif(cast(sizes.pairs as double), 0.0) as density
    from sizes
    left join kinds on sizes.kind = kinds.kind
)

select * from shares
