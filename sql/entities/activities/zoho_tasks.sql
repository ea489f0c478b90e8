with

tasks as (
    select * from staging.zoho__tasks
),

-- None of a task's times says when it was done.
activities as (
    select
        concat('zoho:task:', tasks._file, ':', cast(tasks._line as text)) as activity_id,
        'zoho:' || coalesce(users.user_id, tasks.owner) as owner_id,
        'task' as kind,
        false as is_automated,
        tasks.status = 'Completed' as is_done,
        cast(tasks.due_at at time zone $time_zone as date) as due_date,
        tasks.created_at
    from tasks
    left join staging.zoho__user_names as users on tasks.owner = users.full_name
)

select * from activities
