with

credits as (
    select
        model,
        anchor,
        channel,
        coalesce(roles, case when touch_id is null then '(none)' else 'between' end) as roles,
        conversion_id,
        step_id,
        credit,
        value
    from attribution.credits
    where cast(converted_at at time zone $time_zone as date) <= $as_of
),

summed as (
    select
        model,
        anchor,
        channel,
        roles,
        count(*) as steps,
        exact_sum(credit) as conversions,
        sum(value) as value,
        first_value(step_id order by credit desc, value desc, step_id) as largest_step_id
    from credits
    group by model, anchor, channel, roles
),

places as (
    select
        models.model,
        places.anchor,
        places.channel,
        places.roles
    from (select distinct model from summed) as models
    cross join (select distinct anchor, channel, roles from summed) as places
),

differences as (
    select
        places.model,
        places.anchor,
        places.channel,
        places.roles,
        cast($baseline_model as text) as baseline_model,
        coalesce(summed.steps, 0) as steps,
        coalesce(baseline.steps, 0) as baseline_steps,
        coalesce(summed.conversions, 0.0) - coalesce(baseline.conversions, 0.0)
            as conversions_difference,
        cast(
            coalesce(summed.value, cast(0 as decimal(28,10)))
            - coalesce(baseline.value, cast(0 as decimal(28,10))) as decimal(28,10)
        ) as value_difference,
        coalesce(summed.largest_step_id, baseline.largest_step_id) as largest_step_id
    from places
    left join summed
        on places.model = summed.model
            and places.anchor = summed.anchor
            and places.channel = summed.channel
            and places.roles = summed.roles
    left join summed as baseline
        on baseline.model = $baseline_model
            and places.anchor = baseline.anchor
            and places.channel = baseline.channel
            and places.roles = baseline.roles
    where (summed.steps is not null or baseline.steps is not null)
)

select * from differences
