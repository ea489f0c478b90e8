with

touches as (
    select * from journey.eligible_touches
),

lengths as (
    select
        conversion_id,
        max(position) as steps_in_journey
    from journey.eligible_touches
    group by conversion_id
),

visitors as (
    select distinct person_id from identity.visitors
),

-- The stand-in keeps every conversion under every model: whatever weighs a single touch weighs it.
without_touch as (
    select
        conversions.conversion_id,
        case
            when conversions.person_id is null then 'no_person'
            when visitors.person_id is null then 'no_visitor'
            else 'no_eligible_touch'
        end as unattributed_reason,
        conversions.converted_at
    from journey.conversions as conversions
    left join lengths on conversions.conversion_id = lengths.conversion_id
    left join visitors on conversions.person_id = visitors.person_id
    where lengths.conversion_id is null
),

steps as (
    select
        concat(touches.conversion_id, '#', cast(touches.position as text)) as step_id,
        touches.conversion_id,
        touches.touch_id,
        touches.channel,
        touches.campaign,
        cast(null as text) as unattributed_reason,
        touches.position,
        lengths.steps_in_journey - touches.position + 1 as position_from_end,
        lengths.steps_in_journey,
        touches.age_days,
        touches.touched_at
    from touches
    inner join lengths on touches.conversion_id = lengths.conversion_id
    union all
    select
        concat(conversion_id, '#1'),
        conversion_id,
        cast(null as text),
        '(unattributed)',
        cast(null as text),
        unattributed_reason,
        1,
        1,
        1,
        0.0,
        converted_at
    from without_touch
)

select * from steps
