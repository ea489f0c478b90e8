with

levels as (
    select * from identity.pair_levels where origin = 'blocked'
),

scored as (
    select
        levels.kind,
        levels.left_place,
        levels.right_place,
        levels.rules,
        levels.pattern,
        weights.rule,
        weights.highest_weight,
        weights.threshold_millibits,
        weights.millibits
            + case when substr(levels.pattern, 1, 1) = '1' then terms.given_name else 0 end
            + case when substr(levels.pattern, 2, 1) = '1' then terms.family_name else 0 end
            + case when substr(levels.pattern, 8, 1) = '1' then terms.city else 0 end
            + case when substr(levels.pattern, 10, 1) = '1' then terms.company else 0 end
            as millibits
    -- Pairs are many: what they are joined to stands left, where it is held in memory.
    from identity.term_weights as terms
    inner join (
        identity.pattern_weights as weights
        inner join levels on weights.kind = levels.kind and weights.pattern = levels.pattern
    ) on terms.kind = levels.kind and terms.place = levels.left_place
)

-- An exact key stands above the weights by ten bits.
select
    kind,
    left_place,
    right_place,
    rules,
    pattern,
    millibits,
    rule,
    case
        when rule <> 'weights' then greatest(millibits - threshold_millibits, 10000)
        when highest_weight is not null
            then least(millibits - threshold_millibits, highest_weight)
        else millibits - threshold_millibits
    end as weight
from scored
