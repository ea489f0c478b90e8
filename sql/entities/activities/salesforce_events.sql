with

-- Events have no status, so that a meeting counts once its time has come.
events as (
    select
        *,
        starts_at <= (
            select max(known_until) from staging.salesforce__known_until
        ) as has_begun
    from staging.salesforce__events
),

activities as (
    select
        concat('sf:', event_id) as activity_id,
        'sf:' || who_id as record_id,
        case when starts_with(what_id, '006') then 'sf:' || what_id end as opportunity_id,
        'sf:' || account_id as account_id,
        'sf:' || owner_id as owner_id,
        case when lower(kind) = 'call' then 'call' else 'meeting' end as kind,
        duration_min * 60 as duration_s,
        false as is_automated,
        case when not has_begun then false end as is_done,
        case when has_begun then starts_at end as occurred_at,
        case
            when not is_current then 'superseded'
            when is_deleted then 'deleted'
            when is_child then 'copy'
            when is_recurrence then 'series'
        end as drop_reason
    from events
)

select * from activities
