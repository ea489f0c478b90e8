with

sends as (
    select * from staging.marketo__sends
),

deliveries as (
    select
        lead_id,
        coalesce(campaign_run_id, '') as campaign_run_id,
        coalesce(step_id, '') as step_id,
        coalesce(choice_number, '') as choice_number,
        coalesce(email_id, '') as email_id,
        min(activity_id) as activity_id,
        min(occurred_at) as occurred_at
    from staging.marketo__deliveries
    group by
        lead_id,
        coalesce(campaign_run_id, ''),
        coalesce(step_id, ''),
        coalesce(choice_number, ''),
        coalesce(email_id, '')
),

-- One mail has a row when it is sent and one when it is taken; either may have left the log.
mails as (
    select
        coalesce(sends.activity_id, deliveries.activity_id) as activity_id,
        coalesce(sends.lead_id, deliveries.lead_id) as lead_id,
        sends.action_result,
        deliveries.activity_id is not null as is_delivered,
        coalesce(sends.occurred_at, deliveries.occurred_at) as occurred_at
    from sends
    full join deliveries
        on sends.lead_id = deliveries.lead_id
            and coalesce(sends.campaign_run_id, '') = deliveries.campaign_run_id
            and coalesce(sends.step_id, '') = deliveries.step_id
            and coalesce(sends.choice_number, '') = deliveries.choice_number
            and coalesce(sends.email_id, '') = deliveries.email_id
),

activities as (
    select
        concat('mkto:', activity_id) as activity_id,
        'mkto:' || lead_id as record_id,
        'email' as kind,
        'outbound' as direction,
        case
            when is_delivered then 'delivered'
            when action_result = 'skipped' then 'skipped'
        end as outcome,
        true as is_automated,
        is_delivered or coalesce(action_result, '') <> 'skipped' as is_done,
        case when is_delivered or coalesce(action_result, '') <> 'skipped' then occurred_at end
            as occurred_at
    from mails
)

select * from activities
