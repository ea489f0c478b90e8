with

-- A changed owner is written twice, once with names and once with ids: 005 is a user, 00G a queue.
changes as (
    select
        *,
        starts_with(old_value, '00G') as was_queue,
        starts_with(new_value, '00G') as is_queue
    from staging.salesforce__lead_history
    where field = 'Owner'
        and not coalesce(is_deleted, false)
        and regexp_like(new_value, '^00[5G][0-9A-Za-z]{12}([0-9A-Za-z]{3})?$')
),

assignments as (
    select
        concat('sf:', history_id) as assignment_id,
        concat('sf:', lead_id) as record_id,
        case
            when is_queue and not was_queue
                then case when changed_by_id = old_value then 'return' else 'recycle' end
            when was_queue and not is_queue and changed_by_id = new_value then 'claim'
            else 'assign'
        end as kind,
        case when not was_queue then 'sf:' || old_value end as from_owner_id,
        case when not is_queue then 'sf:' || new_value end as to_owner_id,
        case when is_queue then 'sf:' || new_value when was_queue then 'sf:' || old_value end
            as pool_id,
        changed_at as assigned_at
    from changes
)

select * from assignments
