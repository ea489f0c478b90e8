with

weighed_steps as (
    select * from attribution.weighed_steps
),

-- Shares have ten decimals: with fewer, the odd unit that the first steps get would show in totals.
-- Who is alone has all; to find that out needs no window, which costs most for many small ones.
shares as (
    select
        model,
        conversion_id,
        step_id,
        weight,
        credit,
        apportion(weight, conversion_value)
            over (partition by conversion_id, model order by step_id) as value
    from weighed_steps
    where weighed_steps > 1
    union all
    select
        model,
        conversion_id,
        step_id,
        weight,
        credit,
        conversion_value as value
    from weighed_steps
    where weighed_steps <= 1
)

select * from shares
