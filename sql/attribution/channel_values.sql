with

conversions as (
    select
        conversions.anchor,
        conversions.currency,
        journeys.steps > 0 as has_path,
        count(*) as conversions,
        cast(sum(conversions.value) as decimal(28,4)) as value
    from journey.conversions as conversions
    inner join journey.journeys as journeys
        on conversions.conversion_id = journeys.conversion_id
    group by conversions.anchor, conversions.currency, journeys.steps > 0
),

effect_sums as (
    select
        anchor,
        markov_order,
        exact_sum(effect) as effect,
        exact_sum(value_effect) as value_effect
    from attribution.removal_effects
    group by anchor, markov_order
),

-- Of what the channels lose together each one gets its part.
markov as (
    select
        concat('markov_', cast(effects.markov_order as text)) as model,
        effects.anchor,
        effects.channel,
        effects.effect / sums.effect * cast(totals.conversions as double) as conversions,
        coalesce(effects.value_effect / nullif(sums.value_effect, 0.0), 0.0)
            * cast(totals.value as double) as value
    from attribution.removal_effects as effects
    inner join effect_sums as sums
        on effects.anchor = sums.anchor and effects.markov_order = sums.markov_order
    inner join conversions as totals on effects.anchor = totals.anchor and totals.has_path
),

shapley as (
    select
        concat('shapley_', game) as model,
        anchor,
        channel,
        conversions,
        coalesce(value, 0.0) as value
    from attribution.shapley_values
),

driven as (
    select * from markov
    union all
    select * from shapley
),

-- Money has four decimals; the largest channel takes what rounding leaves.
rounded as (
    select
        model,
        anchor,
        channel,
        conversions,
        cast(round(value, 4) as decimal(28,4)) as value,
        row_number() over (partition by model, anchor order by abs(value) desc, channel) as place
    from driven
),

sums as (
    select
        model,
        anchor,
        sum(value) as value
    from rounded
    group by model, anchor
),

settled as (
    select
        rounded.model,
        rounded.anchor,
        rounded.channel,
        totals.currency,
        rounded.conversions,
        case when rounded.place = 1 then rounded.value + totals.value - sums.value
            else rounded.value end as value
    from rounded
    inner join sums on rounded.model = sums.model and rounded.anchor = sums.anchor
    inner join conversions as totals on rounded.anchor = totals.anchor and totals.has_path
),

-- Also where no conversion has a path, and so no channel a value.
models as (
    select
        unnest([
            'markov_1',
            'markov_2',
            'markov_3',
            'markov_4',
            'shapley_exact_set',
            'shapley_exact_sequence',
            'shapley_subset'
        ]) as model
),

unattributed as (
    select
        models.model,
        totals.anchor,
        '(unattributed)' as channel,
        totals.currency,
        cast(totals.conversions as double) as conversions,
        totals.value
    from conversions as totals
    cross join models
    where not totals.has_path
),

channel_values as (
    select * from settled
    union all
    select * from unattributed
)

select
    model,
    anchor,
    channel,
    currency,
    conversions,
    cast(value as decimal(28,4)) as value
from channel_values
