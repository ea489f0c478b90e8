with

-- What comes after the lead was created earns nothing.
steps as (
    select
        *,
        is_first or is_lead_creation as has_role,
        1 + cast(lead_creation_position is not null as bigint) as roles,
        coalesce(lead_creation_position, steps_in_journey) as last_position
    from journey.steps
    where position <= coalesce(lead_creation_position, steps_in_journey)
),

-- A step in both roles earns both; without steps between, the roles share all.
weights as (
    select
        step_id,
        case
            when has_role then 2 * $u_shape_role_share / roles
                * (cast(is_first as bigint) + cast(is_lead_creation as bigint))
            else (1.0 - 2 * $u_shape_role_share) / (last_position - 2)
        end as weight
    from steps
)

select * from weights
