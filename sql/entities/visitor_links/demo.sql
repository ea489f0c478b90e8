select
    submission_id as link_id,
    visitor_id,
    full_name,
    email,
    phone,
    has_consent as accepts_contact,
    submitted_at as linked_at
from staging.demo__forms
