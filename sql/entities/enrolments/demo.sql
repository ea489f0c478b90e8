select
    enrolment_id,
    lead_id as record_id,
    program,
    arm,
    leave_reason,
    enrolled_at,
    left_at
from staging.demo__enrolments
