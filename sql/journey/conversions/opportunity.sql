with

deals as (
    select * from journey.opportunities where created_at is not null
),

conversions as (
    select
        concat('opportunity:', opportunity_id) as conversion_id,
        person_id,
        lead_id,
        account_id,
        opportunity_id,
        currency,
        coalesce(value, cast(0 as decimal(18,4))) as value,
        is_value_known and value is not null as is_value_known,
        created_at as opportunity_created_at,
        created_at as converted_at
    from deals
)

select * from conversions
