with

digits as (
    select
        patterns.kind,
        patterns.pattern,
        fields.place,
        fields.field,
        cast(substr(patterns.pattern, fields.place, 1) as bigint) as level
    from identity.patterns as patterns
    cross join reference.match_fields as fields
    where substr(patterns.pattern, fields.place, 1) <> '0' and patterns.blocked_pairs > 0
),

weighed as (
    select
        digits.kind,
        digits.pattern,
        digits.place,
        digits.field,
        cast(round(1000 * log2(weights.m / weights.u)) as bigint) as millibits
    from digits
    inner join reference.match_weights as weights
        on digits.kind = weights.kind
            and digits.field = weights.field
            and digits.level = weights.level
),

-- What the records would have to overcome: few of all pairs are one, and the threshold asks for more than even odds.
burdens as (
    select
        kind,
        cast(round(1000 * log2(prior / (1 - prior))) as bigint) as prior_millibits,
        cast(round(1000 * log2(threshold / (1 - threshold))) as bigint) as threshold_millibits
    from reference.match_settings
),

summed as (
    select
        weighed.kind,
        weighed.pattern,
        burdens.prior_millibits + sum(weighed.millibits) as millibits,
        burdens.threshold_millibits,
        string_agg(
            concat(weighed.field, ' ', round(weighed.millibits / 1000.0, 1)), ', '
            order by weighed.place
        ) as explanation
    from weighed
    inner join burdens on weighed.kind = burdens.kind
    group by
        weighed.kind, weighed.pattern, burdens.prior_millibits, burdens.threshold_millibits
)

select * from summed
