select
    owner,
    subject,
    status,
    _file,
    _line,
    created_at,
    due_at,
    modified_at
from raw.zoho_tasks
