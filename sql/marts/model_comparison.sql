with

told as (
    select
        model,
        'exclusive' as kind,
        anchor,
        channel,
        currency,
        exact_sum(conversions) as conversions,
        cast(sum(value) as decimal(28,10)) as value
    from marts.channel_credits
    group by model, anchor, channel, currency
    union all
    select
        model,
        'data_driven' as kind,
        anchor,
        channel,
        currency,
        conversions,
        cast(value as decimal(28,10))
    from attribution.channel_values
),

-- A channel that a model leaves out is there with nothing.
places as (
    select
        models.model,
        models.kind,
        channels.anchor,
        channels.channel,
        channels.currency
    from (select distinct model, kind, anchor from told) as models
    inner join (select distinct anchor, channel, currency from told) as channels
        on models.anchor = channels.anchor
),

complete as (
    select
        places.*,
        coalesce(told.conversions, 0.0) as conversions,
        coalesce(told.value, cast(0 as decimal(28,10))) as value
    from places
    left join told
        on places.model = told.model
            and places.anchor = told.anchor
            and places.channel = told.channel
),

totals as (
    select
        model,
        anchor,
        exact_sum(conversions) as conversions
    from complete
    group by model, anchor
),

-- What nobody can claim has no rank among channels.
ranked as (
    select
        complete.*,
        complete.conversions / nullif(totals.conversions, 0.0) as share,
        case when complete.channel <> '(unattributed)' then cast(
            row_number() over (
                partition by complete.model, complete.anchor, complete.channel = '(unattributed)'
                order by complete.conversions desc, complete.channel
            ) as bigint
        ) end as rank
    from complete
    inner join totals on complete.model = totals.model and complete.anchor = totals.anchor
),

compared as (
    select
        ranked.model,
        ranked.kind,
        ranked.anchor,
        ranked.channel,
        ranked.currency,
        ranked.conversions,
        ranked.value,
        ranked.share,
        ranked.rank,
        cast($baseline_model as text) as baseline_model,
        ranked.conversions - baseline.conversions as conversions_difference,
        cast(ranked.value - baseline.value as decimal(28,10)) as value_difference,
        baseline.rank - ranked.rank as ranks_gained
    from ranked
    left join ranked as baseline
        on baseline.model = $baseline_model
            and ranked.anchor = baseline.anchor
            and ranked.channel = baseline.channel
)

select * from compared
