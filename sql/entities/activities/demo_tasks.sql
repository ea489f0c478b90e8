select
    task_id as activity_id,
    lead_id as record_id,
    opportunity_id,
    owner as owner_id,
    'task' as kind,
    false as is_automated,
    completed_at is not null as is_done,
    due_date,
    created_at,
    completed_at as occurred_at
from staging.demo__tasks
