with

engagements as (
    select * from staging.hubspot__engagements
),

contacts as (
    select
        pairs.engagement_id,
        first_value(
            coalesce(merged.master_id, pairs.contact_id)
            order by length(pairs.contact_id), pairs.contact_id
        ) as contact_id
    from staging.hubspot__engagement_contacts as pairs
    left join staging.hubspot__merged_contacts as merged
        on pairs.contact_id = merged.contact_id
    group by pairs.engagement_id
),

deals as (
    select
        engagement_id,
        first_value(deal_id order by length(deal_id), deal_id) as deal_id
    from staging.hubspot__engagement_deals
    group by engagement_id
),

-- Calls, mails and notes are written down once they happened; a task's time is the day it is due.
judged as (
    select
        *,
        case kind
            when 'MEETING' then meeting_outcome = 'COMPLETED'
            when 'TASK' then task_status = 'COMPLETED'
            else true
        end as is_done
    from engagements
),

activities as (
    select
        concat('hs:', judged.engagement_id) as activity_id,
        'hs:' || contacts.contact_id as record_id,
        'hs:' || deals.deal_id as opportunity_id,
        'hs:' || judged.owner_id as owner_id,
        case when judged.kind = 'COMMUNICATION' then 'message' else lower(judged.kind) end as kind,
        case
            when judged.call_direction = 'OUTBOUND' then 'outbound'
            when judged.call_direction = 'INBOUND' then 'inbound'
            when judged.email_direction = 'EMAIL' then 'outbound'
            when judged.email_direction = 'INCOMING_EMAIL' then 'inbound'
        end as direction,
        coalesce(judged.call_disposition, judged.meeting_outcome) as outcome,
        judged.call_duration_ms / 1000 as duration_s,
        false as is_automated,
        judged.is_done,
        case when judged.kind = 'TASK'
            then cast(judged.engaged_at at time zone $time_zone as date) end as due_date,
        judged.created_at,
        case when judged.is_done and judged.kind <> 'TASK' then judged.engaged_at end
            as occurred_at,
        case when judged.is_archived then 'deleted' end as drop_reason
    from judged
    left join contacts on judged.engagement_id = contacts.engagement_id
    left join deals on judged.engagement_id = deals.engagement_id
)

select * from activities
