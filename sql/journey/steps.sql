with

journeys as (
    select * from journey.journeys
),

channels as (
    select
        conversion_id,
        channel,
        max(position) as last_position,
        count(*) as steps_of_channel
    from journey.touches
    where position is not null
    group by conversion_id, channel
),

touched as (
    select
        concat(touches.conversion_id, '#', cast(touches.position as text)) as step_id,
        touches.conversion_id,
        journeys.anchor,
        touches.touch_id,
        touches.person_id,
        touches.channel,
        touches.campaign,
        journeys.unattributed_reason,
        journeys.truncated_by,
        touches.position,
        journeys.steps - touches.position + 1 as position_from_end,
        journeys.steps as steps_in_journey,
        channels.steps_of_channel,
        journeys.lead_creation_position,
        journeys.opportunity_creation_position,
        touches.age_days,
        touches.position = 1 as is_first,
        coalesce(touches.position = journeys.lead_creation_position, false) as is_lead_creation,
        coalesce(touches.position = journeys.opportunity_creation_position, false)
            as is_opportunity_creation,
        touches.position = journeys.steps as is_closing,
        touches.position = journeys.last_non_direct_position as is_last_non_direct,
        touches.position = channels.last_position as is_last_of_channel,
        touches.is_tied,
        touches.touched_at
    from journeys
    inner join journey.touches as touches on journeys.conversion_id = touches.conversion_id
    inner join channels
        on touches.conversion_id = channels.conversion_id and touches.channel = channels.channel
    where touches.position is not null
),

-- The stand-in keeps every conversion under every model: it is in every role.
without_touch as (
    select
        concat(conversion_id, '#1') as step_id,
        conversion_id,
        anchor,
        cast(null as text) as touch_id,
        cast(null as text) as person_id,
        '(unattributed)' as channel,
        cast(null as text) as campaign,
        unattributed_reason,
        truncated_by,
        1 as position,
        1 as position_from_end,
        1 as steps_in_journey,
        1 as steps_of_channel,
        1 as lead_creation_position,
        1 as opportunity_creation_position,
        0.0 as age_days,
        true as is_first,
        true as is_lead_creation,
        true as is_opportunity_creation,
        true as is_closing,
        true as is_last_non_direct,
        true as is_last_of_channel,
        false as is_tied,
        converted_at as touched_at
    from journeys
    where steps = 0
),

steps as (
    select * from touched
    union all
    select * from without_touch
)

select * from steps
