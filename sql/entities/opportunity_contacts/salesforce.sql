with

-- A contact may have several roles; the first of them names it.
roles as (
    select
        opportunity_id,
        contact_id,
        first_value(role order by is_primary desc, contact_role_id) as role,
        bool_or(is_primary) as is_primary
    from staging.salesforce__opportunity_contact_roles
    where not coalesce(is_deleted, false)
    group by opportunity_id, contact_id
)

select
    concat('sf:', opportunity_id) as opportunity_id,
    concat('sf:', contact_id) as record_id,
    role,
    is_primary
from roles
