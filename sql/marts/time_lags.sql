with

ages as (
    select
        steps.anchor,
        conversions.value,
        steps.is_first,
        steps.is_lead_creation,
        steps.is_opportunity_creation,
        steps.is_closing,
        cast(floor(steps.age_days) as bigint) as lag_days
    from journey.steps as steps
    inner join journey.conversions as conversions on steps.conversion_id = conversions.conversion_id
    where steps.touch_id is not null
        and cast(conversions.converted_at at time zone $time_zone as date) <= $as_of
),

roles as (
    select anchor, 'first' as role, lag_days, value from ages where is_first
    union all
    select anchor, 'lead_creation' as role, lag_days, value from ages where is_lead_creation
    union all
    select anchor, 'opportunity_creation' as role, lag_days, value
    from ages
    where is_opportunity_creation
    union all
    select anchor, 'closing' as role, lag_days, value from ages where is_closing
),

lags as (
    select
        anchor,
        role,
        lag_days,
        count(*) as conversions,
        cast(sum(value) as decimal(28,4)) as value
    from roles
    group by anchor, role, lag_days
)

select * from lags
