with

deals as (
    select * from journey.opportunities where is_won
),

conversions as (
    select
        concat('won:', opportunity_id) as conversion_id,
        person_id,
        lead_id,
        account_id,
        opportunity_id,
        currency,
        value,
        is_value_known,
        created_at as opportunity_created_at,
        closed_at as converted_at
    from deals
)

select * from conversions
