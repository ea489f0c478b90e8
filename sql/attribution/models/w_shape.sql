with

steps as (
    select
        *,
        is_first or is_lead_creation or is_opportunity_creation as has_role,
        1 + cast(lead_creation_position is not null as bigint)
            + cast(opportunity_creation_position is not null as bigint) as roles,
        coalesce(lead_creation_position, 1) as lead_position,
        coalesce(opportunity_creation_position, steps_in_journey) as last_position
    from journey.steps
),

-- What comes after the opportunity was made earns nothing, but a lead created even later.
counted as (
    select
        *,
        last_position - 2 - cast(lead_position > 1 and lead_position < last_position as bigint)
            as middle_steps
    from steps
    where position <= last_position or has_role
),

-- A step in several roles earns all of them; without steps between, the roles share all.
weights as (
    select
        step_id,
        case
            when has_role then 3 * $w_shape_role_share / roles * (
                cast(is_first as bigint)
                + cast(is_lead_creation as bigint)
                + cast(is_opportunity_creation as bigint)
            )
            else (1.0 - 3 * $w_shape_role_share) / middle_steps
        end as weight
    from counted
)

select * from weights
