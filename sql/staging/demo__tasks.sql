select
    task_id,
    lead_id,
    opportunity_id,
    owner,
    subject,
    status,
    _file,
    _line,
    due_date,
    created_at,
    completed_at
from raw.demo_tasks
