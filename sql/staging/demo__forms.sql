select
    submission_id,
    visitor_id,
    form,
    full_name,
    email,
    phone,
    company,
    country,
    _file,
    _line,
    consent as has_consent,
    submitted_at
from raw.demo_forms
