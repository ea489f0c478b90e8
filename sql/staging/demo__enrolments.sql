select
    enrolment_id,
    lead_id,
    program,
    arm,
    leave_reason,
    _file,
    _line,
    enrolled_at,
    left_at
from raw.demo_enrolments
