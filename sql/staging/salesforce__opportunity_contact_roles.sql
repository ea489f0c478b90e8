select
    contact_role_id,
    opportunity_id,
    contact_id,
    role,
    _file,
    _line,
    coalesce(is_primary, false) as is_primary,
    is_deleted
from raw.salesforce_opportunity_contact_roles
