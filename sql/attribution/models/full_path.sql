with

steps as (
    select
        *,
        is_first or is_lead_creation or is_opportunity_creation or is_closing as has_role,
        2 + cast(lead_creation_position is not null as bigint)
            + cast(opportunity_creation_position is not null as bigint) as roles,
        coalesce(lead_creation_position, 1) as lead_position,
        coalesce(opportunity_creation_position, 1) as opportunity_position
    from journey.steps
),

counted as (
    select
        *,
        steps_in_journey - 2
            - cast(lead_position > 1 and lead_position < steps_in_journey as bigint)
            - cast(
                opportunity_position > 1
                and opportunity_position < steps_in_journey
                and opportunity_position <> lead_position as bigint
            ) as middle_steps
    from steps
),

-- A step in several roles earns all of them; without steps between, the roles share all.
weights as (
    select
        step_id,
        case
            when has_role then 4 * $full_path_role_share / roles * (
                cast(is_first as bigint)
                + cast(is_lead_creation as bigint)
                + cast(is_opportunity_creation as bigint)
                + cast(is_closing as bigint)
            )
            else (1.0 - 4 * $full_path_role_share) / middle_steps
        end as weight
    from counted
)

select * from weights
