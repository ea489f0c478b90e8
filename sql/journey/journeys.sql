with

-- A timestamp as a number is in microseconds.
milestones as (
    select
        conversions.conversion_id,
        conversions.anchor,
        conversions.converted_at,
        min(leads.captured_at) as lead_created_at,
        cast(conversions.converted_at as bigint) - cast(min(leads.captured_at) as bigint)
            as lead_age_us,
        case when conversions.opportunity_created_at <= conversions.converted_at
            then conversions.opportunity_created_at end as opportunity_created_at,
        count(distinct people.person_id) as people
    from journey.conversions as conversions
    left join journey.people as people on conversions.conversion_id = people.conversion_id
    left join identity.leads as leads
        on people.person_id = leads.person_id and leads.captured_at <= conversions.converted_at
    group by
        conversions.conversion_id,
        conversions.anchor,
        conversions.converted_at,
        conversions.opportunity_created_at
),

positions as (
    select
        touches.conversion_id,
        max(touches.position) as steps,
        max(
            case when touches.touched_at <= milestones.lead_created_at then touches.position end
        ) as lead_creation_position,
        max(
            case when touches.touched_at <= milestones.opportunity_created_at
                then touches.position end
        ) as opportunity_creation_position,
        max(case when touches.channel <> 'direct' then touches.position end) as last_other_position,
        max(touches.age_days) as first_age_days
    from journey.touches as touches
    inner join milestones on touches.conversion_id = milestones.conversion_id
    where touches.position is not null
    group by touches.conversion_id
),

older as (
    select distinct conversion_id
    from journey.considered_touches
    where excluded_reason = 'outside_window'
),

seen as (
    select distinct people.conversion_id
    from journey.people as people
    inner join identity.visitors as visitors on people.person_id = visitors.person_id
),

-- A milestone that no touch leads up to stands on the touch of the next one, or nowhere.
placed as (
    select
        milestones.conversion_id,
        milestones.anchor,
        case
            when positions.steps is not null then null
            when milestones.people = 0 then 'no_person'
            when older.conversion_id is not null then 'outside_window'
            when seen.conversion_id is null then 'no_visitor'
            else 'no_eligible_touch'
        end as unattributed_reason,
        case
            when older.conversion_id is not null then 'touches_before'
            when positions.first_age_days >= least($lookback_days, $cookie_days) - 1
                then 'window_edge'
            when milestones.lead_age_us > least($lookback_days, $cookie_days) * 86400000000
                then 'lead_age'
        end as truncated_by,
        milestones.people,
        coalesce(positions.steps, 0) as steps,
        case $missing_milestone
            when 'carry' then coalesce(
                positions.lead_creation_position,
                positions.opportunity_creation_position,
                positions.steps
            )
            else positions.lead_creation_position
        end as lead_creation_position,
        case $missing_milestone
            when 'carry' then coalesce(positions.opportunity_creation_position, positions.steps)
            else positions.opportunity_creation_position
        end as opportunity_creation_position,
        coalesce(positions.last_other_position, positions.steps) as last_non_direct_position,
        positions.last_other_position is null and positions.steps is not null as is_only_direct,
        milestones.lead_created_at,
        milestones.opportunity_created_at,
        milestones.converted_at
    from milestones
    left join positions on milestones.conversion_id = positions.conversion_id
    left join older on milestones.conversion_id = older.conversion_id
    left join seen on milestones.conversion_id = seen.conversion_id
)

select * from placed
