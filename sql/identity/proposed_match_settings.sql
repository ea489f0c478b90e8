with

sizes as (
    select
        kind,
        count(*) * (count(*) - 1) / 2.0 as all_pairs
    from identity.match_fields
    group by kind
),

-- What the best rule finds is the least there must be.
found as (
    select
        estimates.kind,
        sizes.all_pairs,
        max(estimates.matches) / sizes.all_pairs as share
    from identity.rule_estimates as estimates
    inner join sizes on estimates.kind = sizes.kind
    group by estimates.kind, sizes.all_pairs
),

digits as (
    select
        patterns.kind,
        patterns.pattern,
        patterns.blocked_pairs,
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
        digits.blocked_pairs,
        exact_sum(ln(weights.m / weights.u)) as log_odds
    from digits
    inner join identity.proposed_match_weights as weights
        on digits.kind = weights.kind
            and digits.field = weights.field
            and digits.level = weights.level
    group by digits.kind, digits.pattern, digits.blocked_pairs
),

-- With it as prior, how many of all compared pairs are one, as expected.
expected as (
    select
        weighed.kind,
        exact_sum(
            weighed.blocked_pairs
            / (1 + exp(-weighed.log_odds) * (1 - found.share) / found.share)
        ) / found.all_pairs as prior
    from weighed
    inner join found on weighed.kind = found.kind
    group by weighed.kind, found.all_pairs
),

proposed as (
    select
        expected.kind,
        expected.prior,
        settings.threshold
    from expected
    inner join reference.match_settings as settings on expected.kind = settings.kind
)

select * from proposed
