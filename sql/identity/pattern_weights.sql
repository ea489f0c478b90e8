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

measured as (
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

-- Colleagues share the place with the company: it says nothing more.
weighed as (
    select
        kind,
        pattern,
        place,
        field,
        case
            when kind = 'person'
                and field in ('street', 'city', 'postal_code')
                and substr(pattern, 10, 1) in ('1', '2', '3') then least(millibits, 0)
            else millibits
        end as millibits
    from measured
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
        coalesce(
            string_agg(
                concat(weighed.field, ' ', round(weighed.millibits / 1000.0, 1)), ', '
                order by weighed.place
            ) filter (where weighed.millibits <> 0),
            'nothing'
        ) as explanation
    from weighed
    inner join burdens on weighed.kind = burdens.kind
    group by
        weighed.kind, weighed.pattern, burdens.prior_millibits, burdens.threshold_millibits
),

-- Names that differ speak against an address in common: colleagues and couples share one. Who has neither
-- name in common is somebody else, but for a birth date or a number of their own. 张总 and 张伟 of one
-- company may be one, or colleagues: nothing but the company says so.
judged as (
    select
        *,
        kind = 'person'
            and substr(pattern, 1, 1) not in ('6', '7')
            and substr(pattern, 2, 1) not in ('4', '5') as is_name_fitting,
        kind = 'person'
            and substr(pattern, 1, 1) in ('6', '7')
            and substr(pattern, 2, 1) in ('4', '5')
            and regexp_like(substr(pattern, 3, 2), '^[^123]*$') as is_nameless,
        kind = 'person'
            and substr(pattern, 1, 1) = '0'
            and regexp_like(substr(pattern, 3, 5), '^[^123]*$')
            and substr(pattern, 10, 1) not in ('0', '7', '8')
            and substr(pattern, 12, 1) = '0' as is_partial,
        -- A branch is not its company, nor another branch, whatever they share.
        kind = 'company' and substr(pattern, 10, 1) = '8' as is_other_branch
    from summed
)

select
    kind,
    pattern,
    case
        when is_name_fitting and substr(pattern, 5, 1) = '1' then 'email'
        when is_name_fitting and substr(pattern, 4, 1) = '1' then 'registered_id'
        when is_name_fitting and substr(pattern, 6, 1) = '1' then 'phone'
        when is_name_fitting and substr(pattern, 12, 1) = '1' then 'visitor'
        else 'weights'
    end as rule,
    case
        when is_other_branch then -10000
        when is_nameless or is_partial then -1
    end as highest_weight,
    millibits,
    threshold_millibits,
    explanation
from judged
