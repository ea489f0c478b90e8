with

tasks as (
    select
        *,
        lower(coalesce(nullif(task_subtype, 'Task'), kind)) as named_kind
    from staging.salesforce__tasks
),

-- The due day says nothing of when it was done.
activities as (
    select
        concat('sf:', task_id) as activity_id,
        'sf:' || who_id as record_id,
        case when starts_with(what_id, '006') then 'sf:' || what_id end as opportunity_id,
        'sf:' || account_id as account_id,
        'sf:' || owner_id as owner_id,
        case
            when named_kind = 'call' then 'call'
            when named_kind in ('email', 'listemail') then 'email'
            when named_kind = 'meeting' then 'meeting'
            else 'task'
        end as kind,
        case
            when call_type = 'Outbound' then 'outbound'
            when call_type = 'Inbound' then 'inbound'
            when task_subtype in ('Email', 'ListEmail') then 'outbound'
        end as direction,
        call_disposition as outcome,
        call_duration_s as duration_s,
        coalesce(task_subtype = 'ListEmail', false) as is_automated,
        is_closed as is_done,
        due_date,
        created_at,
        case when is_closed then completed_at end as occurred_at,
        case when not is_current then 'superseded' when is_deleted then 'deleted' end
            as drop_reason
    from tasks
)

select * from activities
