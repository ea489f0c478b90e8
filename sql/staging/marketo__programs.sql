select
    program_id,
    name,
    channel,
    kind,
    status,
    salesforce_id,
    _file,
    _line,
    is_deleted,
    start_date,
    end_date,
    created_at,
    modified_at
from raw.marketo_programs
