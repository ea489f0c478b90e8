with

conversions as (
    select
        conversions.conversion_id,
        conversions.anchor,
        conversions.value,
        journeys.truncated_by is not null as is_truncated,
        journeys.steps
    from journey.conversions as conversions
    inner join journey.journeys as journeys
        on conversions.conversion_id = journeys.conversion_id
    where cast(conversions.converted_at at time zone $time_zone as date) <= $as_of
),

anchors as (
    select
        anchor,
        count(*) as conversions,
        cast(sum(value) as decimal(28,10)) as value,
        cast(sum(case when is_truncated then 1 else 0 end) as double)
            / cast(count(*) as double) as truncated_share,
        sum(steps) as steps
    from conversions
    group by anchor
),

-- A touch that earns nothing is out of sight of the model.
weighed as (
    select
        weights.model,
        conversions.anchor,
        sum(case when weights.weight > 0 then 1 else 0 end) as weighed_steps
    from attribution.weights as weights
    inner join conversions on weights.conversion_id = conversions.conversion_id
    where conversions.steps > 0
    group by weights.model, conversions.anchor
),

shared as (
    select
        model,
        anchor,
        'exclusive' as kind,
        exact_sum(conversions) as claimed_conversions,
        sum(value) as claimed_value,
        exact_sum(case when channel = '(unattributed)' then conversions else 0.0 end)
            as unattributed_conversions,
        sum(case when channel = '(unattributed)' then value else cast(0 as decimal(28,10)) end)
            as unattributed_value
    from marts.channel_credits
    group by model, anchor
    union all
    select
        model,
        anchor,
        'claim' as kind,
        exact_sum(claims),
        sum(value),
        exact_sum(case when channel = '(unattributed)' then claims else 0.0 end),
        sum(case when channel = '(unattributed)' then value else cast(0 as decimal(28,10)) end)
    from marts.channel_claims
    group by model, anchor
),

recon as (
    select
        shared.model,
        shared.anchor,
        shared.kind,
        cast($reporting_currency as text) as currency,
        anchors.conversions,
        anchors.value,
        shared.claimed_conversions,
        cast(shared.claimed_value as decimal(28,10)) as claimed_value,
        shared.claimed_conversions / cast(anchors.conversions as double) as claim_ratio,
        shared.unattributed_conversions,
        cast(shared.unattributed_value as decimal(28,10)) as unattributed_value,
        shared.unattributed_conversions / cast(anchors.conversions as double)
            as unattributed_share,
        anchors.truncated_share,
        1.0 - cast(coalesce(weighed.weighed_steps, 0) as double)
            / nullif(cast(anchors.steps as double), 0.0) as blind_share
    from shared
    inner join anchors on shared.anchor = anchors.anchor
    left join weighed on shared.model = weighed.model and shared.anchor = weighed.anchor
)

select * from recon
